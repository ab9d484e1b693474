import { describe, expect, it } from '@jest/globals';
import { ClusterNameError, resolveClusterName } from '../../lib/kops/cluster-name.ts';
import { home } from './home.ts';

const kubeconfig = `
current-context: work
contexts:
- name: home
  context: { cluster: home.example.com }
- name: work
  context: { cluster: work.example.com, user: ada }
- name: empty
  context: {}
`;
const env = { KOPS_CLUSTER_NAME: 'env.example.com' };
const unnamed = { positional: [], flag: undefined };

describe('resolveClusterName', () => {
  it('takes --name before the variable, and the variable before kubectl', async () => {
    const user = home({ '/home/ada/.kube/config': kubeconfig }, env);
    expect(await resolveClusterName({ ...user, positional: [], flag: 'flag.example.com' })).toMatchObject({
      value: 'flag.example.com',
      origin: { kind: 'flag', name: '--name' },
    });
    expect(await resolveClusterName({ ...user, ...unnamed })).toMatchObject({
      value: 'env.example.com',
      origin: { kind: 'env', name: 'KOPS_CLUSTER_NAME' },
    });
    expect(await resolveClusterName({ ...user, env: {}, ...unnamed })).toMatchObject({
      value: 'work.example.com',
      origin: { kind: 'file', path: '/home/ada/.kube/config', key: 'current-context' },
    });
  });

  it('lets an empty --name hide the variable', async () => {
    const user = home({}, env);
    expect(await resolveClusterName({ ...user, positional: ['arg.example.com'], flag: '' })).toEqual({
      value: 'arg.example.com',
      origin: { kind: 'argument' },
      warnings: [],
    });
  });

  it.each([
    [['arg.example.com'], 'flag.example.com', {}, 'cannot specify cluster via --name and positional argument'],
    [['arg.example.com'], undefined, env, 'cannot specify cluster via --name and positional argument'],
    [['a', 'b'], undefined, {}, 'expected a single <clustername> to be passed as an argument'],
  ])('refuses %j on top of --name %j', async (positional, flag, variables, message) => {
    const call = resolveClusterName({ ...home({}, variables), positional, flag });
    await expect(call).rejects.toThrow(ClusterNameError);
    await expect(call).rejects.toThrow(message);
  });

  it('merges the files of KUBECONFIG, of which the first that says a thing counts', async () => {
    const user = home(
      { '/a': 'current-context: home\n', '/b': kubeconfig, '/c': kubeconfig.replace('home.example', 'other.example') },
      { KUBECONFIG: '/missing:/a:/b:/c' },
    );
    expect(await resolveClusterName({ ...user, ...unnamed })).toMatchObject({
      value: 'home.example.com',
      origin: { path: '/a' },
    });
  });

  it.each([
    ['', 'no context set in kubecfg'],
    [kubeconfig.replace('work', 'gone'), 'context "gone" in kubecfg not found'],
    [kubeconfig.replace('work', 'empty'), 'context "empty" in kubecfg did not have a cluster'],
    ['contexts: [', 'error reading kubecfg: /home/ada/.kube/config: '],
    [new Error('permission denied'), 'error reading kubecfg: /home/ada/.kube/config: permission denied'],
  ])('warns, and gives no name, for a kubeconfig of %j', async (text, warning) => {
    const setting = await resolveClusterName({ ...home({ '/home/ada/.kube/config': text }), ...unnamed });
    expect(setting).toMatchObject({ value: '', origin: { kind: 'default' } });
    expect(setting.warnings).toEqual([expect.stringContaining(warning)]);
  });

  it('treats an empty KUBECONFIG as none', async () => {
    const user = home({ '/home/ada/.kube/config': kubeconfig }, { KUBECONFIG: '' });
    expect(await resolveClusterName({ ...user, ...unnamed })).toMatchObject({ value: 'work.example.com' });
  });
});
