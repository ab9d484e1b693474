import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from '@jest/globals';
import { judge } from '../../demo/verdict.ts';
import { createWorld, replicaBucket, sourceBucket } from '../../demo/world.ts';
import type { Fault } from '../../lib/local-cloud/s3/faults.ts';
import { seededRandom } from '../support/faults.ts';

const cluster = 'soak.example.com';
const keys = [
  ...Array.from({ length: 20 }, (_, i) => `${cluster}/addons/a${i}/k8s.yaml`),
  ...Array.from({ length: 5 }, (_, i) => `${cluster}/instancegroup/nodes-${i}`),
  ...Array.from({ length: 5 }, (_, i) => `${cluster}/igconfig/node/nodes-${i}/nodeupconfig.yaml`),
];
const changes = 1_500;
const seed = 20260101;

/** What S3 and the network do now and then. Only requests of the functions meet it; those of the writer have to arrive. */
function trouble(random: () => number): Fault | undefined {
  const dice = random();
  if (dice < 0.01) {
    return { status: 503, code: 'SlowDown' };
  }
  if (dice < 0.02) {
    return { status: 500, code: 'InternalError' };
  }
  if (dice < 0.03) {
    return 'drop-connection';
  }
  return dice < 0.06 ? { delayMs: random() * 40 } : undefined;
}

it(`${changes} changes under errors, throttling, lost answers and doubled, late, reordered events end in an equal replica`, async () => {
  const world = await createWorld(() => {});
  const random = seededRandom(seed);
  try {
    await world.source.send(
      new PutObjectCommand({ Bucket: sourceBucket, Key: `${cluster}/config`, Body: 'kind: Cluster\n' }),
    );
    await world.settled();
    let injected = 0;
    world.cloud.s3.faults = (operation, bucket, _key, phase) => {
      const ofWriter = bucket === sourceBucket && (operation === 'PutObject' || operation === 'DeleteObject');
      const fault = ofWriter ? undefined : trouble(random);
      const delayAfterCommit = phase === 'after-commit' && typeof fault === 'object' && 'delayMs' in fault;
      injected += fault === undefined || delayAfterCommit ? 0 : 1;
      return delayAfterCommit ? undefined : fault;
    };
    world.deliveries.copies = () => (random() < 0.2 ? [0, random()] : [random() < 0.1 ? random() : 0]);
    world.deliveries.order = (messages) => messages.toSorted(() => random() - 0.5);
    for (let i = 0; i < changes; i += 1) {
      const Key = keys[Math.floor(random() * keys.length)];
      const body = `content ${Math.floor(random() * 4)} of ${Key}\n`; // Contents come back often.
      await world.source.send(
        random() < 0.1
          ? new DeleteObjectCommand({ Bucket: sourceBucket, Key })
          : new PutObjectCommand({ Bucket: sourceBucket, Key, Body: body }),
      );
    }
    world.cloud.s3.faults = () => undefined;
    world.deliveries.reset();
    await world.settled();
    const verdict = await judge(
      { client: world.source, bucket: sourceBucket },
      { client: world.replica, bucket: replicaBucket },
      { neverCarried: /$^/, retained: [] },
    );
    expect(injected).toBeGreaterThan(100);
    expect(verdict.faults).toEqual([]);
    expect(verdict.objects).toBeGreaterThan(10);
  } finally {
    await world.close();
  }
}, 300_000);
