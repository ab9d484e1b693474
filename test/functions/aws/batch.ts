import { type BatchSurroundings, handleBatch } from '../../../functions/aws/handle-batch.ts';
import type { QueueRecord } from '../../../functions/aws/queue-events.ts';
import type { LogFields } from '../../../lib/telemetry/logger.ts';
import { cluster, signal, type TestPair } from '../../replication/pair.ts';

/** A key of a single object. */
export const key = `${cluster}/addons/dns/k8s.yaml`;

/** The body of a bucket notification of `state`. */
export const notification = (...keys: string[]) =>
  JSON.stringify({
    Records: keys.map((name) => ({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'state' }, object: { key: encodeURIComponent(name).replaceAll('%2F', '/') } },
    })),
  });

/** Handles bodies as one batch, and keeps what came of it. */
export function surroundings(pair: TestPair, overrides: Partial<BatchSurroundings> = {}) {
  const dead: { id: string; reason: string }[] = [];
  const late: string[] = [];
  const lines: LogFields[] = [];
  const all: BatchSurroundings = {
    replicator: pair.replicator,
    route: 'prod',
    destination: 'replica',
    keyInSource: (bucket, name) => (bucket === 'state' ? name : undefined),
    deadLetter: async (record, reason) => void dead.push({ id: record.messageId, reason }),
    putOff: async (record) => void late.push(record.messageId),
    clock: { now: () => Date.UTC(2026, 0, 15) },
    logger: { log: (level, event, fields) => lines.push({ level, event, ...fields }) },
    ...overrides,
  };
  const handle = (...bodies: string[]) =>
    handleBatch(
      {
        Records: bodies.map(
          (body, i): QueueRecord => ({ messageId: `m${i}`, receiptHandle: `r${i}`, body, attributes: {} }),
        ),
      },
      all,
      signal,
    );
  return { handle, dead, late, lines };
}

export const nothingFailed = { batchItemFailures: [] };
