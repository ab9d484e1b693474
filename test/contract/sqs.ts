import type { Check } from './check.ts';
import { batchChecks } from './sqs-batches.ts';
import { queueChecks } from './sqs-queues.ts';
import { receivingChecks } from './sqs-receiving.ts';
import { sendingChecks } from './sqs-sending.ts';
import type { SqsSubject } from './sqs-subject.ts';

/** The contract of SQS, as far as this project relies on it: standard queues. */
export const sqsChecks: readonly Check<SqsSubject>[] = [
  ...queueChecks,
  ...sendingChecks,
  ...receivingChecks,
  ...batchChecks,
];
