import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Environment } from '../../../lib/vfs/environment.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { kubeconfigFor } from './place.ts';
import { type SignInBench, startSignInBench } from './sign-in-bench.ts';

const secrets = ['right-token-77', 'wrong-token-77'];
/** The signs of a pod; nothing is asked there. */
const inPodOnly: Environment = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' };

let bench: SignInBench;

beforeAll(async () => {
  bench = await startSignInBench('right-token-77');
  await writeFile(join(bench.pod, 'token'), 'right-token-77');
});

afterAll(() => bench.close());

/** The failure of a call, which must not hold a secret. */
async function failureOf(store: Store): Promise<{ readonly code: string; readonly message: string }> {
  const error = (await store.stat('k').catch((reason: unknown) => reason)) as { code: string; message: string };
  for (const secret of secrets) {
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(secret);
  }
  return error;
}

describe('what is missing or wrong is told by one error that names it', () => {
  const home = '/nowhere/at/all';
  it.each<[string, StoreDefinition, Environment, string, RegExp]>([
    ['nothing', { url: 'k8s://' }, {}, 'Unauthenticated', /no kubeconfig: KUBECONFIG is not set, HOME is not set/],
    [
      'no file at home',
      { url: 'k8s://' },
      { HOME: home },
      'Unauthenticated',
      /there is no \/nowhere\/at\/all\/\.kube\/config/,
    ],
    [
      'KUBECONFIG',
      { url: 'k8s://' },
      { KUBECONFIG: '/no/a:/no/b' },
      'Unauthenticated',
      /KUBECONFIG names \/no\/a, \/no\/b/,
    ],
    [
      'the file of the definition',
      { url: 'k8s://', credentials: { kubeconfig: '/no/c' } },
      {},
      'Unauthenticated',
      /kubeconfig \/no\/c: there is no such file/,
    ],
    [
      'the pod',
      { url: 'k8s://', credentials: { inCluster: true } },
      {},
      'Unauthenticated',
      /KUBERNETES_SERVICE_HOST is not set; is this a pod/,
    ],
    ['a context, in a pod', { url: 'k8s://prod' }, { ...inPodOnly }, 'Unauthenticated', /no kubeconfig/],
  ])('%s', async (_, definition, environment, code, message) => {
    expect(await failureOf(bench.open(definition, environment))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('the token of the pod', async () => {
    await rm(join(bench.pod, 'token'));
    const error = await failureOf(bench.open({ url: 'k8s://', credentials: { inCluster: true } }, bench.inPod()));
    expect(error).toMatchObject({
      code: 'Unauthenticated',
      message: expect.stringContaining(join(bench.pod, 'token')),
    });
  });

  it.each([
    ['an empty token file', { tokenFile: 'empty' }, /token file .*empty is empty/],
    [
      'a token file that is not there',
      { tokenFile: 'gone' },
      /file .*gone, which the kubeconfig names, cannot be read/,
    ],
    ['a certificate that is not there', { 'client-certificate': 'gone.crt' }, /file .*gone\.crt, which the kubeconfig/],
    [
      'a command that is not there',
      { exec: { command: 'no-such-command-77' } },
      /command no-such-command-77 is not there/,
    ],
    [
      'a command that fails and prints a secret',
      { exec: { command: 'sh', args: ['-c', 'echo wrong-token-77 | tee /dev/stderr; exit 1'] } },
      /credential command sh failed; run it by hand/,
    ],
    [
      'a command that prints nonsense',
      { exec: { command: 'echo', args: ['right-token-77'] } },
      /credential command echo failed/,
    ],
    ['a wrong token', { token: 'wrong-token-77' }, /Unauthorized \(401\)/],
  ])('%s', async (_, user, message) => {
    await writeFile(join(bench.cluster.directory, 'empty'), '\n');
    const path = await bench.file('broken', kubeconfigFor(bench.endpoint, user));
    const store = bench.open({ url: 'k8s:///state' }, { KUBECONFIG: path, PATH: process.env['PATH'] });
    const error = await failureOf(store);
    expect(error).toMatchObject({ code: 'Unauthenticated', message: expect.stringMatching(message) });
    expect(await store.write('k', textSource('x')).catch((reason: unknown) => reason)).toMatchObject({
      maybeApplied: false,
    });
  });

  it('an authority that is not trusted', async () => {
    const content = kubeconfigFor(`https://localhost:${bench.tls.port}`, { token: 'right-token-77' });
    const path = await bench.file('untrusted', content.replace('"insecure-skip-tls-verify":true', '"proxy-url":""'));
    expect(await failureOf(bench.open({ url: 'k8s:///state' }, { KUBECONFIG: path }))).toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('is not one that the kubeconfig trusts'),
    });
  });

  it.each<[string, StoreDefinition, RegExp]>([
    ['a namespace', { url: 'k8s:///Not_One' }, /"Not_One" is no namespace/],
    ['an escape', { url: 'k8s://a%zz/state' }, /"%" begins no escape/],
    ['a context beside inCluster', { url: 'k8s://prod/state', credentials: { inCluster: true } }, /knows no contexts/],
    [
      'credentials of another store',
      { url: 'k8s:///state', credentials: { profile: 'x' } },
      /takes kubeconfig or inCluster/,
    ],
  ])('%s that cannot be, when it is opened', async (_, definition, message) => {
    const opening = openStore(definition, { environment: {}, clock: systemClock });
    await expect(opening).rejects.toMatchObject({ code: 'InvalidArgument', message: expect.stringMatching(message) });
  });

  it('a context with a slash is written with %2F', async () => {
    const name = 'arn:aws:eks:eu-west-1:1111:cluster/prod';
    const content = kubeconfigFor(bench.endpoint, { token: 'right-token-77' }).replaceAll(
      '"local"',
      JSON.stringify(name),
    );
    const path = await bench.file('arn', content);
    const store = bench.open({ url: `k8s://${encodeURIComponent(name)}/state` }, { KUBECONFIG: path });
    expect(await bench.namespaceOf(store)).toBe('state');
  });
});
