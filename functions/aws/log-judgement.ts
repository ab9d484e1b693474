import { changesOf } from '../../lib/findings/changes.ts';
import { heldSeconds } from '../../lib/findings/next-record.ts';
import type { FindingsRecord, RecordedFinding } from '../../lib/findings/record.ts';
import { metricLine } from '../../lib/telemetry/emf.ts';
import type { LogFields, Logger } from '../../lib/telemetry/logger.ts';

/** The namespace of all metrics of the project; the alarms of the deployment name it too. */
const namespace = 'kops-statesync';
/** The most findings of one judgement that the log tells one by one, of new ones and of those that are gone. */
const mostTold = 25;

/** Writes what a judgement found into the log: one line, and one for each finding that is new or gone. */
export function logJudgement(record: FindingsRecord, previous: FindingsRecord | undefined, logger: Logger): void {
  const { cluster, state, counts, findings } = record;
  const { new: added, gone, same } = changesOf(previous?.findings ?? [], findings);
  const changes = { new: added.length, gone: gone.length, same: same.length };
  logger.log('info', 'cluster judged', { cluster, state, counts: { ...counts }, changes });
  for (const finding of added.slice(0, mostTold)) {
    logger.log('warn', 'finding', fieldsOf(cluster, finding));
  }
  for (const finding of gone.slice(0, mostTold)) {
    logger.log('info', 'finding gone', fieldsOf(cluster, finding));
  }
}

function fieldsOf(cluster: string, { rule, severity, key, line, message }: RecordedFinding): LogFields {
  return { cluster, rule, severity, key, line, reason: message };
}

/** The metrics of a cluster as a log line: of each cluster, and of its store, where the greatest counts. Remarks are no metric, since nobody is woken by one. */
export function metricsOf(
  record: FindingsRecord,
  { store, now }: { readonly store: string; readonly now: number },
): string {
  return metricLine({
    namespace,
    dimensionSets: [['Store', 'Cluster'], ['Store']],
    dimensions: { Store: store, Cluster: record.cluster },
    metrics: {
      Errors: { value: record.counts.error, unit: 'Count' },
      Warnings: { value: record.counts.warning, unit: 'Count' },
      HeldSeconds: { value: heldSeconds(record, now), unit: 'Seconds' },
    },
    at: now,
  });
}
