import { field, inWords } from './fields.ts';

/** One part of a reconcile, sent to the queue of its destination: the keys of one prefix, for one route. */
export interface ReconcileTask {
  /** Name of the route in the configuration. */
  readonly route: string;
  /** Name of the destination's store in the configuration. */
  readonly destination: string;
  /** What the keys begin with, relative to the source store: mostly a directory (`my.example.com/`). The empty one is the whole store. */
  readonly prefix: string;
  /** How many messages led to this one: 0 when a schedule or an operator sent it. */
  readonly depth: number;
}

/** No message is sent that more than this many led to: Lambda ends a chain of about 16 by itself, and unseen. */
export const maxTaskDepth = 8;

const names = ['route', 'destination'] as const;
const known: ReadonlySet<string> = new Set(['statesync', 'task', ...names, 'prefix', 'depth']);

/**
 * The body of a message that asks for `task`, in characters that SQS carries
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
 *
 * Throws `RangeError` where nobody would accept it, above all when it is too deep.
 */
export function encodeTask({ route, destination, prefix, depth }: ReconcileTask): string {
  const message = { statesync: 1, task: 'reconcile', route, destination, prefix, depth };
  const flaw = flawOf(message);
  if (flaw !== undefined) {
    throw new RangeError(`a reconcile task cannot be sent: ${flaw}`);
  }
  return JSON.stringify(message).replace(
    /[\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

/** Reads a message that `encodeTask` wrote; undefined where the message is none of ours. Anything but such a message is refused. */
export function decodeTask(
  message: unknown,
):
  | { readonly kind: 'task'; readonly task: ReconcileTask }
  | { readonly kind: 'refused'; readonly reason: string }
  | undefined {
  if (field(message, 'statesync') === undefined) {
    return undefined;
  }
  const flaw = flawOf(message as object);
  if (flaw !== undefined) {
    return { kind: 'refused', reason: `the statesync message cannot be carried out: ${flaw}` };
  }
  const { route, destination, prefix, depth } = message as ReconcileTask;
  return { kind: 'task', task: { route, destination, prefix, depth } };
}

function flawOf(message: object): string | undefined {
  const version = field(message, 'statesync');
  if (version !== 1) {
    return `its version is ${inWords(version)}, and this program knows version 1`;
  }
  const task = field(message, 'task');
  if (task !== 'reconcile') {
    return `its task is ${inWords(task)}, and this program knows "reconcile"`;
  }
  for (const name of names) {
    const value = field(message, name);
    if (typeof value !== 'string' || value === '') {
      return `${name} is ${inWords(value)}, expected a name`;
    }
  }
  const prefix = field(message, 'prefix');
  if (typeof prefix !== 'string') {
    return `prefix is ${inWords(prefix)}, expected a text`;
  }
  const depth = field(message, 'depth');
  if (typeof depth !== 'number' || !Number.isInteger(depth) || depth < 0 || depth > maxTaskDepth) {
    return `depth is ${inWords(depth)}, expected a whole number from 0 to ${maxTaskDepth}`;
  }
  const stranger = Object.keys(message).find((name) => !known.has(name));
  return stranger === undefined ? undefined : `it has an unknown field ${inWords(stranger)}`;
}
