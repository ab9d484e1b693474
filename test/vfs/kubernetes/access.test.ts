import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Environment } from '../../../lib/vfs/environment.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { certificateName } from '../../loopback/tls/certificate.ts';
import { kubeconfigFor } from './place.ts';
import { type SignInBench, startSignInBench } from './sign-in-bench.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
/** The signs of a pod; nothing is asked there. */
const inPodOnly: Environment = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' };

let bench: SignInBench;

beforeAll(async () => {
  bench = await startSignInBench('right-token-77');
});

afterAll(() => bench.close());

describe('a store signs in', () => {
  const right = { token: 'right-token-77' };

  it('with the kubeconfig of its definition, before that of KUBECONFIG', async () => {
    const mine = await bench.file('mine', kubeconfigFor(bench.endpoint, right));
    const other = await bench.file('other', kubeconfigFor(bench.endpoint, { token: 'wrong-token-77' }));
    const store = bench.open({ url: 'k8s:///state', credentials: { kubeconfig: mine } }, { KUBECONFIG: other });
    expect(await bench.namespaceOf(store)).toBe('state');
  });

  it('with KUBECONFIG, before ~/.kube/config and the pod', async () => {
    await bench.file('.kube/config', kubeconfigFor(bench.endpoint, { token: 'wrong-token-77' }));
    const path = await bench.file('by-variable', kubeconfigFor(bench.endpoint, right));
    const store = bench.open({ url: 'k8s:///state' }, bench.inPod({ KUBECONFIG: path, HOME: bench.cluster.directory }));
    expect(await bench.namespaceOf(store)).toBe('state');
  });

  it('with ~/.kube/config, before the pod', async () => {
    await bench.file('.kube/config', kubeconfigFor(bench.endpoint, right, { namespace: 'of-context' }));
    const store = bench.open({ url: 'k8s://' }, bench.inPod({ HOME: bench.cluster.directory }));
    expect(await bench.namespaceOf(store)).toBe('of-context');
  });

  it('as the service account of the pod, over TLS, and keeps connections open', async () => {
    await writeFile(join(bench.pod, 'token'), 'right-token-77\n');
    const store = bench.open({ url: 'k8s://' }, bench.inPod());
    const before = bench.tls.clients.length;
    expect(await bench.namespaceOf(store)).toBe('of-pod');
    await store.stat('absent').catch(() => {});
    expect(bench.tls.clients.length - before).toBe(1);
  });

  it('as the service account of the pod when its definition says so, whatever the environment says', async () => {
    const other = await bench.file('other', kubeconfigFor(bench.endpoint, { token: 'wrong-token-77' }));
    const definition: StoreDefinition = { url: 'k8s:///of-context', credentials: { inCluster: true } };
    expect(await bench.namespaceOf(bench.open(definition, bench.inPod({ KUBECONFIG: other })))).toBe('of-context');
  });

  it('with a token that is renewed in its file, without being opened anew', async () => {
    await writeFile(join(bench.pod, 'token'), 'right-token-77');
    const store = bench.open({ url: 'k8s://' }, bench.inPod());
    await store.write('k', textSource('x'));
    bench.cluster.server.admit('renewed-token-77', 'somebody');
    bench.cluster.server.identities.delete('right-token-77');
    await writeFile(join(bench.pod, 'token'), 'renewed-token-77');
    expect((await store.stat('k')).size).toBe(1);
    bench.cluster.server.admit('right-token-77', 'somebody');
  });

  it('with a kubeconfig that is written anew, once the API server refuses what was in it', async () => {
    const path = await bench.file('rewritten', kubeconfigFor(bench.endpoint, right));
    const store = bench.open({ url: 'k8s:///state' }, { KUBECONFIG: path });
    await store.write('k', textSource('x'));
    bench.cluster.server.admit('renewed-token-77', 'somebody');
    bench.cluster.server.identities.delete('right-token-77');
    await bench.file('rewritten', kubeconfigFor(bench.endpoint, { token: 'renewed-token-77' }));
    expect((await store.stat('k')).size).toBe(1);
    bench.cluster.server.admit('right-token-77', 'somebody');
  });

  it('never anywhere else than at first: a kubeconfig that leads to another namespace or server is refused', async () => {
    const path = await bench.file('moved', kubeconfigFor(bench.endpoint, right, { namespace: 'state' }));
    const store = bench.open({ url: 'k8s://' }, { KUBECONFIG: path });
    await store.write('k', textSource('x'));
    for (const [server, namespace] of [
      [bench.endpoint, 'default'],
      ['http://127.0.0.1:1', 'state'],
    ] as const) {
      await bench.file('moved', kubeconfigFor(server, right, { namespace }));
      bench.cluster.server.fault = () => ({ kind: 'answer', status: 401 });
      await expect(store.write('k', textSource('y'))).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringContaining(`now leads to ${server}, namespace ${namespace}`),
        maybeApplied: false,
      });
      bench.cluster.server.fault = undefined;
      await bench.file('moved', kubeconfigFor(bench.endpoint, right, { namespace: 'state' }));
      expect((await store.stat('k')).size).toBe(1);
    }
  });

  it('with a tokenFile of a kubeconfig, which wins over a token', async () => {
    await writeFile(join(bench.cluster.directory, 'token'), 'right-token-77\n');
    const user = { tokenFile: 'token', token: 'wrong-token-77' };
    const path = await bench.file('with-file', kubeconfigFor(bench.endpoint, user));
    expect(await bench.namespaceOf(bench.open({ url: 'k8s:///state' }, { KUBECONFIG: path }))).toBe('state');
  });

  it('with a client certificate, and trusts the authority that the kubeconfig has', async () => {
    const user = {
      ...right,
      'client-certificate-data': base64(bench.tls.cert),
      'client-key-data': base64(bench.tls.key),
    };
    const content = JSON.parse(kubeconfigFor(`https://localhost:${bench.tls.port}`, user)) as {
      clusters: { cluster: object }[];
    };
    content.clusters[0] = {
      ...content.clusters[0],
      cluster: { server: `https://localhost:${bench.tls.port}`, 'certificate-authority-data': base64(bench.tls.cert) },
    };
    const path = await bench.file('with-certificate', JSON.stringify(content));
    expect(await bench.namespaceOf(bench.open({ url: 'k8s:///state' }, { KUBECONFIG: path }))).toBe('state');
    expect(bench.tls.clients.at(-1)).toBe(certificateName);
  });

  it('with what a command prints, in the environment that was passed', async () => {
    const command = join(bench.cluster.directory, 'get-token');
    const credential = `{"kind":"ExecCredential","status":{"token":"'$TOKEN_OF_THE_TEST'"}}`;
    await writeFile(command, `#!/bin/sh\ntest -n "$KUBERNETES_EXEC_INFO" && printf '%s' '${credential}'\n`);
    await chmod(command, 0o700);
    const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './get-token' } };
    const path = await bench.file('with-command', kubeconfigFor(bench.endpoint, user));
    const environment = { KUBECONFIG: path, TOKEN_OF_THE_TEST: 'right-token-77', PATH: process.env['PATH'] };
    expect(await bench.namespaceOf(bench.open({ url: 'k8s:///state' }, environment))).toBe('state');
  });

  it('with a command that hangs only as long as the caller wants', async () => {
    const done = join(bench.cluster.directory, 'done');
    const args = ['-c', `while [ ! -e '${done}' ]; do sleep 0.02; done`];
    const path = await bench.file('hanging', kubeconfigFor(bench.endpoint, { exec: { command: 'sh', args } }));
    const store = bench.open({ url: 'k8s:///state' }, { KUBECONFIG: path, PATH: process.env['PATH'] });
    const abort = new AbortController();
    const call = store.stat('k', { signal: abort.signal });
    setImmediate(() => abort.abort());
    await expect(call).rejects.toMatchObject({ code: 'Aborted' });
    await writeFile(done, '');
  });
});

describe('the namespace is', () => {
  it.each([
    ['that of the URL', 'k8s://local/state', { namespace: 'of-context' }, {}, 'state'],
    ['else that of the context', 'k8s://local', { namespace: 'of-context' }, inPodOnly, 'of-context'],
    [
      'else that of the pod, by POD_NAMESPACE',
      'k8s://local',
      {},
      { ...inPodOnly, POD_NAMESPACE: 'of-variable' },
      'of-variable',
    ],
    ['else that of the pod, by its service account', 'k8s://local', {}, inPodOnly, 'of-pod'],
    ['else default', 'k8s://local', {}, {}, 'default'],
  ])('%s', async (_, url, context, environment, namespace) => {
    const path = await bench.file('namespaces', kubeconfigFor(bench.endpoint, { token: 'right-token-77' }, context));
    expect(await bench.namespaceOf(bench.open({ url }, { KUBECONFIG: path, ...environment }))).toBe(namespace);
  });
});
