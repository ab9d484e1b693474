import { describe, expect, it } from '@jest/globals';
import { handleValidateBatch } from '../../functions/aws/validate-batch.ts';
import { encodeJudgeTask } from '../../lib/events/judge-task.ts';
import { classify } from '../../lib/kops/layout.ts';
import { contents, memoryStore, sampleObjects } from '../cli/memory-store.ts';
import { validateWorld } from '../functions/aws/validate-world.ts';
import { badConfig, cluster, goodCluster } from './watched.ts';

const { signal } = new AbortController();

/** Every long word of an object that holds keys or secrets: lines of key material, tokens, passwords. */
function secretsOf(objects: Readonly<Record<string, Uint8Array>>): readonly string[] {
  return Object.entries(objects)
    .filter(([key]) => ['keyset', 'secret'].includes(classify(key).class ?? ''))
    .flatMap(
      ([, body]) =>
        Buffer.from(body)
          .toString()
          .match(/[A-Za-z0-9+/=]{24,}/g) ?? [],
    );
}

/** docs/promises.md, 8. */
describe('findings of real clusters', () => {
  it('hold no content of a secret, wherever they are kept or told', async () => {
    const objects = await sampleObjects('memfs://secrets');
    const source = await memoryStore(objects);
    const clusters = ['prod.k8s.example.com', 'staging.k8s.example.com'];
    const world = await validateWorld({}, { source, clusters: async () => clusters });
    for (const name of clusters) {
      // Broken, so that there is something to say of each secret.
      for (const key of Object.keys(objects).filter((one) => one.startsWith(`${name}/pki/private/`))) {
        const text = Buffer.from(objects[key] ?? '')
          .toString()
          .replace('primaryId', 'primaryID')
          .slice(0, -200);
        await source.write(key, (await import('../../lib/vfs/body.ts')).textSource(text));
      }
    }
    const body = encodeJudgeTask({ task: 'judge-all', store: 'prod' });
    const record = { messageId: 'm', receiptHandle: 'r', body, attributes: {} };
    await handleValidateBatch({ Records: [record] }, world.surroundings, signal);
    await world.pass(200);
    const secrets = secretsOf(objects);
    const kept = await contents(world.control);
    const all = JSON.stringify([kept, world.heard, world.metrics, world.lines]);
    expect(Object.keys(kept).filter((key) => key.endsWith('/latest.json'))).toHaveLength(2);
    expect(world.heard.flatMap((change) => change.new).length).toBeGreaterThan(0);
    expect(secrets.length).toBeGreaterThan(40);
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  });
});

/** docs/promises.md, 8. */
it('nothing of a secret is in a record, a notification, a metric or the log', async () => {
  const secret = 'hunter2Correct0Horse';
  const world = await validateWorld({
    ...goodCluster,
    [`${cluster}/secrets/admin`]: JSON.stringify({ Data: secret }),
    [`${cluster}/pki/private/kubernetes-ca/keyset.yaml`]: `spec: { keys: [{ privateMaterial: ${secret} }] }`,
    [`${cluster}/config`]: `${badConfig}  additionalPolicies: ${secret}: [\n`,
  });
  world.enqueue(encodeJudgeTask({ task: 'judge-all', store: 'prod' }));
  await world.pass(200);
  expect(world.heard.length).toBeGreaterThan(0);
  const all = JSON.stringify([await world.latest(), world.heard, world.metrics, world.lines]);
  expect(all).not.toContain(secret);
});
