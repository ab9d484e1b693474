import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { selfSignedCa } from '../../examples/sample-store/certificate.ts';
import { secretHash } from '../../examples/sample-store/secrets.ts';
import { fillTemplate } from '../../examples/sample-store/text.ts';
import { sampleClusters, sampleStore, writeSampleStore } from '../../examples/sample-store.ts';
import { groupOf } from '../../lib/kops/groups.ts';
import { classify } from '../../lib/kops/layout.ts';
import { objectClasses } from '../../lib/kops/object-class.ts';
import { restorability } from '../../lib/kops/restorability.ts';

const stateStore = 's3://acme-kops-state/team';
const options = { stateStore: `${stateStore}/`, now: new Date('2026-02-01T12:00:00Z'), rsaBits: 1024 };
const objects = new Map<string, Buffer>();
const [prod, staging] = sampleClusters;

beforeAll(async () => {
  await writeSampleStore(async (key, body) => {
    objects.set(key, Buffer.from(body));
  }, options);
});

describe('the sample store', () => {
  it('holds an object of every class, and no stranger but one', () => {
    const classes = [...objects.keys()].map((key) => classify(key).class);
    expect(objectClasses.filter((objectClass) => !classes.includes(objectClass))).toEqual([]);
    expect([...objects.keys()].filter((key) => classify(key).class === 'unknown')).toEqual(['README.txt']);
  });

  it('holds the config of each cluster after all else of it, and the meta of a backup after its data', () => {
    const keys = [...objects.keys()];
    for (const name of sampleClusters) {
      expect(keys.findLast((key) => key.startsWith(`${name}/`))).toBe(`${name}/config`);
    }
    for (const group of keys.map(groupOf)) {
      if (group.kind === 'etcd-backup') {
        expect(keys.indexOf(group.data)).toBeGreaterThanOrEqual(0);
        expect(keys.indexOf(group.data)).toBeLessThan(keys.indexOf(group.meta));
      }
    }
  });

  it('is the same each time, but for keys and secrets and what follows from them', async () => {
    const changed = new Set<string>();
    for await (const { key, body } of sampleStore(options)) {
      if (!objects.get(key)?.equals(body)) {
        changed.add(classify(key).class ?? '');
      }
    }
    expect([...changed].toSorted()).toEqual(['discovery', 'keyset', 'node-config', 'secret', 'ssh-key']);
  });

  it('names the state store that it is written for, and is whole within it', () => {
    for (const cluster of sampleClusters) {
      const configText = textOf(`${cluster}/config`);
      expect(parse(configText).spec.configBase).toBe(`${stateStore}/${cluster}`);
      for (const text of [configText, textOf(`${cluster}/cluster-completed.spec`)]) {
        expect(restorability({ cluster, configText: text, stateStore, covered: [stateStore] })).toEqual({
          kind: 'restorable',
        });
      }
    }
  });

  it('commits no private key', () => {
    const files = readdirSync('examples', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.startsWith('examples/store'))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.filter((file) => readFileSync(file, 'latin1').includes('PRIVATE KEY--'))).toEqual([]);
  });
});

describe.each([...sampleClusters])('the links between the objects of %s', (cluster) => {
  it('lead from the bootstrap channel to manifests of the hash that it names', () => {
    const { addons } = yamlOf(`${cluster}/addons/bootstrap-channel.yaml`).spec;
    expect(addons.length).toBeGreaterThan(2);
    for (const { manifest, manifestHash } of addons) {
      expect(sha256(objectAt(`${cluster}/addons/${manifest}`)).toString('hex')).toBe(manifestHash);
    }
  });

  it('lead from every keyset to certificates that match their private keys', () => {
    for (const name of keysetNames(cluster)) {
      const { keys, primaryId } = keysetOf(cluster, name);
      expect(keys.map(({ id }) => BigInt(id))).toEqual(
        keys.map(({ id }) => BigInt(id)).toSorted((a, b) => (a < b ? -1 : 1)),
      );
      expect(keys.find(({ id }) => id === primaryId)).toMatchObject({ distrusted: false });
      for (const { id, certificate, privateKey } of keys) {
        expect(certificate.subject).toBe(`CN=${name}`);
        expect(BigInt(`0x${certificate.serialNumber}`).toString()).toBe(id);
        expect(certificate.ca).toBe(true);
        expect(certificate.verify(certificate.publicKey)).toBe(true);
        expect(certificate.checkPrivateKey(privateKey)).toBe(true);
        expect(new Date(certificate.validFrom).getTime()).toBeLessThan(options.now.getTime());
        expect(new Date(certificate.validTo).getTime()).toBeGreaterThan(options.now.getTime());
      }
    }
  });

  it('lead from node configuration to primary ids, and to all certificates that are trusted', () => {
    for (const key of keysOf(cluster, 'igconfig/')) {
      const { CAs, KeypairIDs } = yamlOf(key);
      for (const [name, id] of Object.entries(KeypairIDs)) {
        expect(keysetOf(cluster, name).primaryId).toBe(id);
      }
      for (const [name, pem] of Object.entries(CAs)) {
        expect(pem).toBe(
          trusted(cluster, name)
            .map(({ pem: text }) => text)
            .join(''),
        );
      }
    }
    const { CAs, KeypairIDs } = yamlOf(`${cluster}/igconfig/control-plane/control-plane-eu-west-1a/nodeupconfig.yaml`);
    expect(Object.keys(KeypairIDs)).toEqual(keysetNames(cluster));
    expect(Object.keys(CAs)).toEqual(keysetNames(cluster).filter((name) => name !== 'service-account'));
  });

  it('lead from every etcd member to its manifest, and from its node there', () => {
    const { etcdClusters } = yamlOf(`${cluster}/config`).spec;
    for (const { name, etcdMembers } of etcdClusters) {
      for (const { instanceGroup } of etcdMembers) {
        const manifest = `${cluster}/manifests/etcd/${name}-${instanceGroup}.yaml`;
        const node = yamlOf(`${cluster}/igconfig/control-plane/${instanceGroup}/nodeupconfig.yaml`);
        expect(textOf(manifest)).toContain(`--backup-store=${stateStore}/${cluster}/backups/etcd/${name}\n`);
        expect(node.etcdManifests).toContain(`${stateStore}/${manifest}`);
        expect(node.EtcdClusterNames).toContain(name);
      }
    }
  });

  it('lead from every meta to a snapshot that etcd made', () => {
    const metas = keysOf(cluster, 'backups/').filter((key) => key.endsWith('.meta'));
    expect(metas).toHaveLength(3);
    for (const key of metas) {
      const snapshot = gunzipSync(objectAt(key.replace('_etcd_backup.meta', 'etcd.backup.gz')));
      expect(snapshot.subarray(-32)).toEqual(sha256(snapshot.subarray(0, -32)));
      const { etcdVersion, clusterSpec } = JSON.parse(textOf(key));
      const control = key.replace(/[^/]+\/_etcd_backup\.meta$/, 'control/etcd-cluster-spec');
      expect(clusterSpec).toEqual(JSON.parse(textOf(control)));
      expect(etcdVersion).toBe(clusterSpec.etcdVersion);
    }
  });

  it('lead from the name of the SSH key to the key', () => {
    const [key = ''] = keysOf(cluster, 'pki/ssh/');
    const wire = Buffer.from(textOf(key).split(' ')[1] ?? '', 'base64');
    expect(key.endsWith(`/${createHash('md5').update(wire).digest('hex')}`)).toBe(true);
  });
});

describe('what only one cluster has', () => {
  it('is an encryption configuration of which node configuration knows the hash', () => {
    const { Data } = JSON.parse(textOf(`${prod}/secrets/encryptionconfig`));
    const hash = sha256(Buffer.from(Data, 'base64')).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    for (const key of keysOf(prod, 'igconfig/control-plane/')) {
      expect(yamlOf(key).APIServerConfig.EncryptionConfigSecretHash).toBe(hash);
    }
  });

  it('are discovery documents that list the trusted keys of its service accounts', () => {
    const { issuer, jwks_uri } = JSON.parse(textOf(`${prod}/.well-known/openid-configuration`));
    const { keys } = JSON.parse(textOf(`${prod}/openid/v1/jwks`));
    const spec = yamlOf(`${prod}/cluster-completed.spec`).spec;
    expect(issuer).toBe(`https://acme-kops-state.s3.eu-west-1.amazonaws.com/team/${prod}`);
    expect(spec.kubeAPIServer).toMatchObject({ serviceAccountIssuer: issuer, serviceAccountJWKSURI: jwks_uri });
    expect(spec.serviceAccountIssuerDiscovery.discoveryStore).toBe(`${stateStore}/${prod}`);
    const publicKeys = trusted(prod, 'service-account').map(({ certificate }) => certificate.publicKey);
    expect(publicKeys).toHaveLength(1);
    expect(
      keys.map((key: { n: string; e: string }) =>
        createPublicKey({ key: { ...key, kty: 'RSA' }, format: 'jwk' }).export(der),
      ),
    ).toEqual(publicKeys.map((key) => key.export(der)));
    expect(keys[0].kid).toBe(sha256(publicKeys[0]!.export(der)).toString('base64url'));
  });

  it('are keys in rotation: one staged, one distrusted', () => {
    expect(keysetOf(prod, 'kubernetes-ca').keys.map(({ distrusted }) => distrusted)).toEqual([false, false]);
    expect(keysetOf(prod, 'service-account').keys.map(({ distrusted }) => distrusted)).toEqual([true, false]);
  });

  it('is a command to restore one of its backups', () => {
    const [key = ''] = keysOf(staging, 'backups/').filter((path) => classify(path).class === 'etcd-command');
    const { backup } = JSON.parse(textOf(key)).restoreBackup;
    expect(objects.has(`${staging}/backups/etcd/main/${backup}/_etcd_backup.meta`)).toBe(true);
  });
});

describe('what the sample store is made with', () => {
  it.each([
    [1n, '2026-02-01', '2036-02-01'],
    [0x7fn, '2049-01-01', '2050-01-01'],
    [0x80n, '2050-01-01', '2060-01-01'],
    [0xffff_0000_0000_0000_0000_0001n, '1999-12-31', '2000-01-01'],
  ])('makes a certificate with the serial number %d, valid from %s to %s', (serial, from, to) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const subject = { commonName: 'Zoë', serial, notBefore: new Date(from), notAfter: new Date(to) };
    const certificate = new X509Certificate(selfSignedCa(subject, publicKey, privateKey));
    expect(BigInt(`0x${certificate.serialNumber}`)).toBe(serial);
    expect(new Date(certificate.validFrom)).toEqual(subject.notBefore);
    expect(new Date(certificate.validTo)).toEqual(subject.notAfter);
    expect(certificate.subject).toBe('CN=Zoë');
    expect(certificate.verify(publicKey)).toBe(true);
  });

  it('hashes a secret in URL-safe base64, padded', () => {
    expect(secretHash('d')).toBe('GKw-c0PwFokMUQ6T-TUmEWnZ4_VlQ2Qpgw-vCTT0-OQ=');
  });

  it('refuses a template with a place for which there is no value', async () => {
    await expect(fillTemplate('manifests/static/kube-apiserver-healthcheck.yaml', {})).rejects.toThrow(/"kopsVersion"/);
  });
});

const der = { format: 'der', type: 'spki' } as const;

function objectAt(key: string): Buffer {
  const body = objects.get(key);
  if (body === undefined) {
    throw new Error(`the sample store has no ${key}`);
  }
  return body;
}

function textOf(key: string): string {
  return objectAt(key).toString();
}

function yamlOf(key: string) {
  return parse(textOf(key));
}

function keysOf(cluster: string, prefix: string): readonly string[] {
  return [...objects.keys()].filter((key) => key.startsWith(`${cluster}/${prefix}`));
}

function keysetNames(cluster: string): readonly string[] {
  return keysOf(cluster, 'pki/private/')
    .map((key) => classify(key).name ?? '')
    .toSorted();
}

interface StoredKey {
  readonly id: string;
  readonly distrusted: boolean;
  readonly pem: string;
  readonly certificate: X509Certificate;
  readonly privateKey: ReturnType<typeof createPrivateKey>;
}

function keysetOf(cluster: string, name: string): { readonly keys: readonly StoredKey[]; readonly primaryId: string } {
  const { spec } = yamlOf(`${cluster}/pki/private/${name}/keyset.yaml`);
  expect(spec.type).toBe('Keypair');
  return {
    primaryId: spec.primaryId,
    keys: spec.keys.map((key: Record<'id' | 'publicMaterial' | 'privateMaterial' | 'distrustTimestamp', string>) => {
      const pem = Buffer.from(key.publicMaterial, 'base64').toString();
      return {
        id: key.id,
        distrusted: key.distrustTimestamp !== undefined,
        pem,
        certificate: new X509Certificate(pem),
        privateKey: createPrivateKey(Buffer.from(key.privateMaterial, 'base64')),
      };
    }),
  };
}

function trusted(cluster: string, name: string): readonly StoredKey[] {
  return keysetOf(cluster, name).keys.filter(({ distrusted }) => !distrusted);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
