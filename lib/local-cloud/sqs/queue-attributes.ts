import type { PolicyDocument } from '../policy.ts';
import { PolicyError, parsePolicy } from '../policy-document.ts';
import { SqsError } from './errors.ts';
import { LARGEST_MESSAGE } from './message-content.ts';
import { type RedriveAllowPolicy, type RedrivePolicy, readRedriveAllowPolicy, readRedrivePolicy } from './redrive.ts';

/** What a queue is set to, read from its attributes; all times in seconds. */
export interface QueueSettings {
  readonly visibilityTimeout: number;
  readonly delay: number;
  readonly retention: number;
  readonly maximumMessageSize: number;
  readonly waitTime: number;
  readonly policy?: PolicyDocument;
  readonly redrive?: RedrivePolicy;
  readonly redriveAllow?: RedriveAllowPolicy;
}

/** The attributes that can be set, as texts. */
export type AttributeTexts = Readonly<Record<string, string>>;

/** Default, lowest and highest value, as the API reference of `SetQueueAttributes` gives them. */
const numbers: Readonly<Record<string, readonly [fallback: number, lowest: number, highest: number]>> = {
  VisibilityTimeout: [30, 0, 43_200],
  DelaySeconds: [0, 0, 900],
  MessageRetentionPeriod: [345_600, 60, 1_209_600],
  MaximumMessageSize: [LARGEST_MESSAGE, 1024, LARGEST_MESSAGE],
  ReceiveMessageWaitTimeSeconds: [0, 0, 20],
};

/** Read and checked when they are set. */
const documents = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy']);

/** Stored and told, and without a meaning here: nothing leaves memory. */
const passive = new Set(['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled']);

/** The attributes of a queue that was made without any. */
export const defaultAttributes: AttributeTexts = {
  ...Object.fromEntries(Object.entries(numbers).map(([name, [fallback]]) => [name, String(fallback)])),
  SqsManagedSseEnabled: 'true',
};

/**
 * The attributes after a change; an empty document is taken away. Throws `InvalidAttributeName` for one that is not
 * known, `InvalidAttributeValue` for a value outside its range.
 */
export function changedAttributes(present: AttributeTexts, changes: AttributeTexts): AttributeTexts {
  const result: Record<string, string> = { ...present };
  for (const [name, value] of Object.entries(changes)) {
    checkAttribute(name, value);
    if (value === '') {
      delete result[name];
    } else {
      result[name] = value;
    }
  }
  return result;
}

/** Reads attributes that were checked when they were set. */
export function readSettings(attributes: AttributeTexts): QueueSettings {
  const number = (name: string) => Number(attributes[name]);
  const { Policy, RedrivePolicy, RedriveAllowPolicy } = attributes;
  return {
    visibilityTimeout: number('VisibilityTimeout'),
    delay: number('DelaySeconds'),
    retention: number('MessageRetentionPeriod'),
    maximumMessageSize: number('MaximumMessageSize'),
    waitTime: number('ReceiveMessageWaitTimeSeconds'),
    ...(Policy === undefined ? {} : { policy: readPolicy(Policy) }),
    ...(RedrivePolicy === undefined ? {} : { redrive: readRedrivePolicy(RedrivePolicy) }),
    ...(RedriveAllowPolicy === undefined ? {} : { redriveAllow: readRedriveAllowPolicy(RedriveAllowPolicy) }),
  };
}

function checkAttribute(name: string, value: string): void {
  if (name === 'FifoQueue' || name === 'ContentBasedDeduplication') {
    throw new SqsError('UnsupportedOperation', 'FIFO queues are not supported here; make a standard queue.');
  }
  const range = numbers[name];
  if (range === undefined && !documents.has(name) && !passive.has(name)) {
    throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  if (range !== undefined && (!/^\d+$/.test(value) || Number(value) < range[1] || Number(value) > range[2])) {
    throw new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  }
}

function readPolicy(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource');
  } catch (cause) {
    const detail = cause instanceof PolicyError ? ` ${cause.message}` : '';
    throw new SqsError('InvalidAttributeValue', `Invalid value for the parameter Policy.${detail}`);
  }
}
