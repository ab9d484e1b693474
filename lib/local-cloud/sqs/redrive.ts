import { SqsError } from './errors.ts';
import { type Input, isObject } from './input.ts';

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Which queues may name this one as their dead-letter queue. */
export type RedriveAllowPolicy =
  | { readonly redrivePermission: 'allowAll' | 'denyAll' }
  | { readonly redrivePermission: 'byQueue'; readonly sourceQueueArns: readonly string[] };

const MOST_RECEIVES = 1000;
const MOST_SOURCES = 10;

/** Reads the attribute `RedrivePolicy`. Throws `InvalidParameterValue` when it is not one. */
export function readRedrivePolicy(text: string): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = readObject('RedrivePolicy', text);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || !/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/.test(deadLetterTargetArn)) {
    throw invalid('RedrivePolicy', text, 'deadLetterTargetArn must be the ARN of a queue.');
  }
  if (!Number.isInteger(count) || count < 1 || count > MOST_RECEIVES) {
    throw invalid(
      'RedrivePolicy',
      text,
      `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to ${MOST_RECEIVES} both inclusive.`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** Reads the attribute `RedriveAllowPolicy`. Throws `InvalidParameterValue` when it is not one. */
export function readRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const { redrivePermission, sourceQueueArns } = readObject('RedriveAllowPolicy', text);
  if (redrivePermission === 'allowAll' || redrivePermission === 'denyAll') {
    return { redrivePermission };
  }
  const isList = Array.isArray(sourceQueueArns) && sourceQueueArns.every((arn) => typeof arn === 'string');
  if (
    redrivePermission !== 'byQueue' ||
    !isList ||
    sourceQueueArns.length < 1 ||
    sourceQueueArns.length > MOST_SOURCES
  ) {
    throw invalid(
      'RedriveAllowPolicy',
      text,
      'It must be allowAll, denyAll, or byQueue with one to ten sourceQueueArns.',
    );
  }
  return { redrivePermission, sourceQueueArns };
}

/** Whether a queue takes the dead letters of the source. */
export function takesDeadLetters(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  switch (policy?.redrivePermission) {
    case 'denyAll':
      return false;
    case 'byQueue':
      return policy.sourceQueueArns.includes(sourceArn);
    case 'allowAll':
    case undefined:
      return true;
  }
}

function readObject(name: string, text: string): Input {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) {
    throw invalid(name, text, 'It must be a JSON object.');
  }
  return value;
}

function invalid(name: string, text: string, reason: string): SqsError {
  return new SqsError('InvalidParameterValue', `Value ${text} for parameter ${name} is invalid. Reason: ${reason}`);
}
