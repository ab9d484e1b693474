import type { KeyInfo } from '../../lib/kops/layout.ts';

const cluster = 'prod.k8s.example.com';
const backup = '2026-01-31T04:00:00Z-000012';

/** A key under a cluster's prefix, and what it is: every kind that kOps writes, or once wrote. */
const ofCluster: readonly (readonly [string, Partial<KeyInfo>])[] = [
  ['config', { class: 'config' }],
  ['instancegroup/nodes-eu-west-1a', { class: 'instance-group', name: 'nodes-eu-west-1a' }],
  ['instancegroup/config', { class: 'instance-group', name: 'config' }],
  ['clusteraddons/default', { class: 'cluster-addons', name: 'default' }],
  ['cluster-completed.spec', { class: 'completed-spec' }],
  ['cluster.spec', { class: 'completed-spec' }],
  ['kops-version.txt', { class: 'completed-spec' }],
  ['igconfig/node/nodes/nodeupconfig.yaml', { class: 'node-config', name: 'nodes' }],
  ['igconfig/control-plane/master-1/nodeupconfig.yaml', { class: 'node-config', name: 'master-1' }],
  ['igconfig/node/nodes/nodeupscript.sh', { class: 'node-config', name: 'nodes' }],
  ['addons/bootstrap-channel.yaml', { class: 'addon', name: 'bootstrap-channel' }],
  ['addons/coredns.addons.k8s.io/k8s-1.12.yaml', { class: 'addon', name: 'coredns.addons.k8s.io' }],
  ['manifests/etcd/main-master-1.yaml', { class: 'manifest', name: 'etcd/main-master-1' }],
  ['manifests/channels/kops-channels.yaml', { class: 'manifest', name: 'channels/kops-channels' }],
  [
    'manifests/static/kube-apiserver-healthcheck.yaml',
    { class: 'manifest', name: 'static/kube-apiserver-healthcheck' },
  ],
  ['pki/private/kubernetes-ca/keyset.yaml', { class: 'keyset', name: 'kubernetes-ca' }],
  ['pki/private/ca/6982820025135291416230495506.key', { class: 'keyset', name: 'ca' }],
  ['pki/issued/ca/6982820025135291416230495506.crt', { class: 'keyset', name: 'ca' }],
  ['pki/issued/ca/keyset.yaml', { class: 'keyset', name: 'ca' }],
  [
    'pki/ssh/public/admin/c4a6ed9aa889b9e2c39cd663eb9c7157',
    { class: 'ssh-key', name: 'c4a6ed9aa889b9e2c39cd663eb9c7157' },
  ],
  ['pki/ssh/public/admin/c4:a6:ed:9a', { class: 'ssh-key', name: 'c4:a6:ed:9a' }],
  ['secrets/dockerconfig', { class: 'secret', name: 'dockerconfig' }],
  ['secrets/system:controller_manager', { class: 'secret', name: 'system:controller_manager' }],
  ['secrets/config', { class: 'secret', name: 'config' }],
  [`backups/etcd/main/${backup}/etcd.backup.gz`, { class: 'etcd-backup', etcdCluster: 'main', backup }],
  [`backups/etcd/main/${backup}/_etcd_backup.meta`, { class: 'etcd-backup', etcdCluster: 'main', backup }],
  ['backups/etcd/main/control/etcd-cluster-created', { class: 'etcd-control', etcdCluster: 'main' }],
  ['backups/etcd/events/control/etcd-cluster-spec', { class: 'etcd-control', etcdCluster: 'events' }],
  [
    'backups/etcd/main/control/2026-01-31T05:00:00Z-000000/_command.json',
    { class: 'etcd-command', etcdCluster: 'main' },
  ],
  ['.well-known/openid-configuration', { class: 'discovery' }],
  ['openid/v1/jwks', { class: 'discovery' }],
];

/** Keys in kOps's directories that kOps itself does not write. */
const strangersOfCluster: readonly (readonly [string, Partial<KeyInfo>])[] = [
  ['instancegroup/old/nodes', { class: 'unknown' }],
  ['clusteraddons/old/default', { class: 'unknown' }],
  ['igconfig/notes.txt', { class: 'unknown' }],
  ['addons/readme.txt', { class: 'addon' }],
  ['manifests/readme.txt', { class: 'manifest' }],
  ['pki/readme.txt', { class: 'keyset' }],
  ['pki/private/ca/old/config', { class: 'keyset', name: 'ca' }],
  ['pki/old/config', { class: 'keyset' }],
  ['pki//odd', { class: 'keyset' }],
  ['secrets/old/config', { class: 'secret', name: 'old/config' }],
  ['secrets//odd', { class: 'secret' }],
  ['backups/etcd/main/control/notes.txt', { class: 'unknown', etcdCluster: 'main' }],
  ['backups/etcd/main/control/a/_command-json', { class: 'unknown', etcdCluster: 'main' }],
  ['backups/etcd/main/control/a/b/_command.json', { class: 'etcd-command', etcdCluster: 'main' }],
  ['backups/etcd/main', { class: 'unknown' }],
  [`backups/etcd/main/${backup}/notes.txt`, { class: 'etcd-backup', etcdCluster: 'main', backup }],
];

/** Keys of parts with a place of their own, of no cluster, or of ours. */
const ofNoCluster: readonly (readonly [string, KeyInfo])[] = [
  ['etcd/prod/control/etcd-cluster-created', { class: 'etcd-control', cluster: undefined }],
  ['control/etcd-cluster-spec', { class: 'etcd-control', cluster: undefined }],
  ['etcd/prod/control/2026-01-31T05:00:00Z-000000/_command.json', { class: 'etcd-command', cluster: undefined }],
  [`etcd/prod/${backup}/etcd.backup.gz`, { class: 'etcd-backup', cluster: undefined, backup }],
  [`${backup}/_etcd_backup.meta`, { class: 'etcd-backup', cluster: undefined, backup }],
  ['keys/prod/private/kubernetes-ca/keyset.yaml', { class: 'keyset', cluster: undefined, name: 'kubernetes-ca' }],
  ['keys/prod/ssh/public/admin/c4a6', { class: 'ssh-key', cluster: undefined, name: 'c4a6' }],
  ['config', { class: 'config', cluster: undefined }],
  ['instancegroup/nodes', { class: 'instance-group', cluster: undefined, name: 'nodes' }],
  ['secrets/dockerconfig', { class: 'secret', cluster: undefined, name: 'dockerconfig' }],
  ['README.txt', { class: 'unknown', cluster: undefined }],
  ['prod.k8s.example.com/notes.txt', { class: 'unknown', cluster: undefined }],
  ['prod.k8s.example.com/secrets', { class: 'unknown', cluster: undefined }],
  ['/config', { class: 'unknown', cluster: undefined }],
  ['', { class: 'unknown', cluster: undefined }],
  ['.statesync/segments/1', { class: undefined, cluster: undefined }],
  ['prod.k8s.example.com/.statesync/config', { class: undefined, cluster: undefined }],
];

/** Where a part of the path of a cluster has a name that kOps gives to its directories. */
const misleading: readonly (readonly [string, KeyInfo])[] = [
  ['backups/prod.k8s.example.com/config', { class: 'config', cluster: 'backups/prod.k8s.example.com' }],
  ['addons/prod.k8s.example.com/config', { class: 'config', cluster: 'addons/prod.k8s.example.com' }],
  ['team/manifests/prod.k8s.example.com/config', { class: 'config', cluster: 'team/manifests/prod.k8s.example.com' }],
  ['secrets/prod.k8s.example.com/config', { class: 'config', cluster: 'secrets/prod.k8s.example.com' }],
  ['config/config', { class: 'config', cluster: 'config' }],
  ['config/secrets/admin', { class: 'secret', cluster: 'config', name: 'admin' }],
];

function under(name: string): (row: readonly [string, Partial<KeyInfo>]) => readonly [string, KeyInfo] {
  return ([path, info]) => [`${name}/${path}`, { class: 'unknown', ...info, cluster: name }];
}

/** Keys, and what `classify` is to say of each. */
export const sampleKeys: readonly (readonly [key: string, info: KeyInfo])[] = [
  ...ofCluster.map(under(cluster)),
  ...ofCluster.map(under('tests/minimal.example.com')),
  ...strangersOfCluster.map(under(cluster)),
  ...ofNoCluster,
  ...misleading,
];
