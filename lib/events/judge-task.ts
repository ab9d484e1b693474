import { field, inWords, parseJson } from './fields.ts';
import { maxTaskDepth } from './task.ts';

/** A message to the function that validates. */
export type JudgeTask =
  /** Look at one cluster, and judge it if it is quiet. */
  | {
      readonly task: 'judge';
      /** Name of the source's store in the configuration. */
      readonly store: string;
      readonly cluster: string;
      /** The fingerprint that the cluster had when the message was sent: it is quiet if it still has it when the message arrives. */
      readonly seen?: string;
      /** Judge it though nothing has changed. */
      readonly isDue: boolean;
      /** How many messages led to this one. */
      readonly depth: number;
    }
  /** Send a message for each cluster of the store. */
  | { readonly task: 'judge-all'; readonly store: string };

const known: Readonly<Record<JudgeTask['task'], ReadonlySet<string>>> = {
  judge: new Set(['statesync', 'task', 'store', 'cluster', 'seen', 'isDue', 'depth']),
  'judge-all': new Set(['statesync', 'task', 'store']),
};

/** The body of a message, in characters that SQS carries. Throws `RangeError` where nobody would accept it, above all when it is too deep. */
export function encodeJudgeTask(task: JudgeTask): string {
  const message = { statesync: 1, ...task };
  const flaw = flawOf(message, task.task);
  if (flaw !== undefined) {
    throw new RangeError(`the task ${task.task} cannot be sent: ${flaw}`);
  }
  return JSON.stringify(message).replace(
    /[\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

/** Reads what `encodeJudgeTask` wrote; undefined for a message of any other kind. One of ours with a flaw is refused. */
export function decodeJudgeTask(
  body: string,
):
  | { readonly kind: 'judge-task'; readonly task: JudgeTask }
  | { readonly kind: 'refused'; readonly reason: string }
  | undefined {
  const message = parseJson(body);
  const task = field(message, 'task');
  if (field(message, 'statesync') === undefined || (task !== 'judge' && task !== 'judge-all')) {
    return undefined;
  }
  const flaw = flawOf(message as object, task);
  if (flaw !== undefined) {
    return { kind: 'refused', reason: `the statesync message cannot be carried out: ${flaw}` };
  }
  const { statesync: _version, ...fields } = message as JudgeTask & { readonly statesync: unknown };
  return { kind: 'judge-task', task: fields as JudgeTask };
}

function flawOf(message: object, task: JudgeTask['task']): string | undefined {
  const version = field(message, 'statesync');
  if (version !== 1) {
    return `its version is ${inWords(version)}, and this program knows version 1`;
  }
  const names = task === 'judge' ? ['store', 'cluster'] : ['store'];
  const wrong = names.find((name) => !isName(field(message, name)));
  if (wrong !== undefined) {
    return `${wrong} is ${inWords(field(message, wrong))}, expected a name`;
  }
  const stranger = Object.keys(message).find((name) => !known[task].has(name));
  if (stranger !== undefined) {
    return `it has an unknown field ${inWords(stranger)}`;
  }
  return task === 'judge' ? flawOfJudge(message) : undefined;
}

function flawOfJudge(message: object): string | undefined {
  const [seen, isDue, depth] = ['seen', 'isDue', 'depth'].map((name) => field(message, name));
  if (seen !== undefined && !isName(seen)) {
    return `seen is ${inWords(seen)}, expected a fingerprint`;
  }
  if (typeof isDue !== 'boolean') {
    return `isDue is ${inWords(isDue)}, expected true or false`;
  }
  return typeof depth === 'number' && Number.isInteger(depth) && depth >= 0 && depth <= maxTaskDepth
    ? undefined
    : `depth is ${inWords(depth)}, expected a whole number from 0 to ${maxTaskDepth}`;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
