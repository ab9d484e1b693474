import { invalidParameter, SqsError } from './errors.ts';

/** The JSON object that a request carries. */
export type Input = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that the request may leave out. Throws `InvalidParameterValue` for another type. */
export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== 'string') {
    throw invalidParameter(name, JSON.stringify(value), 'Must be a string.');
  }
  return value;
}

/** A text that the request must have. Throws `MissingParameter` without it. */
export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') {
    throw new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);
  }
  return value;
}

/** A whole number between two bounds, both allowed. Throws `InvalidParameterValue` outside of them. */
export function optionalInteger(input: Input, name: string, lowest: number, highest: number): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) {
    return undefined;
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < lowest || value > highest) {
    throw invalidParameter(name, JSON.stringify(value), `Must be between ${lowest} and ${highest}, if provided.`);
  }
  return value;
}

/** A list of texts; empty when the request leaves it out. */
export function textList(input: Input, name: string): readonly string[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string')) {
    throw invalidParameter(name, JSON.stringify(value), 'Must be a list of strings.');
  }
  return value;
}

/** A map of texts; empty when the request leaves it out. */
export function textMap(input: Input, name: string): Readonly<Record<string, string>> {
  const value = input[name] ?? {};
  if (!isObject(value) || !Object.values(value).every((item) => typeof item === 'string')) {
    throw invalidParameter(name, JSON.stringify(value), 'Must be a map of strings.');
  }
  return value as Readonly<Record<string, string>>;
}
