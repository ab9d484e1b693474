import type { PolicyDocument, PolicyStatement, Principal } from './policy.ts';
import { type ConditionBlock, unsupportedCondition, valueList } from './policy-conditions.ts';

/** A policy text that is malformed, or that uses what this evaluator cannot judge. The message says which and where. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** A JSON object whose fields are still to be checked. */
type Unchecked<Field extends string> = Readonly<Partial<Record<Field, unknown>>>;

const statementFields = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);

/**
 * Reads a policy document, for a resource (every statement names a principal) or an identity (none does).
 * Throws {@link PolicyError} for anything that could not be judged exactly as it is written.
 */
export function parsePolicy(text: string, attachedTo: 'resource' | 'identity'): PolicyDocument {
  const document = parseJson(text);
  if (!isObject<'Version' | 'Statement'>(document)) {
    throw new PolicyError('the policy must be a JSON object with a Statement');
  }
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  if (document.Statement === undefined || statements.length === 0) {
    throw new PolicyError('the policy has no Statement');
  }
  const version = document.Version;
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicyError('Version must be "2012-10-17"');
  }
  return {
    ...(version === undefined ? {} : { Version: version }),
    Statement: statements.map((statement, index) => readStatement(statement, `Statement[${index}]`, attachedTo)),
  };
}

function readStatement(value: unknown, where: string, attachedTo: 'resource' | 'identity'): PolicyStatement {
  if (!isObject<keyof PolicyStatement>(value)) {
    throw new PolicyError(`${where} must be an object`);
  }
  const unknown = Object.keys(value).find((field) => !statementFields.has(field));
  if (unknown !== undefined) {
    throw new PolicyError(
      `${where}: "${unknown}" is not supported; use Effect, Principal, Action, Resource, Condition`,
    );
  }
  const effect = value.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(`${where}: Effect must be "Allow" or "Deny"`);
  }
  const condition = readCondition(value.Condition, where);
  const principal = readPrincipal(value.Principal, where, attachedTo);
  const sid = value.Sid;
  return {
    ...(typeof sid === 'string' ? { Sid: sid } : {}),
    Effect: effect,
    ...(principal === undefined ? {} : { Principal: principal }),
    Action: readStrings(value.Action, `${where}: Action`),
    Resource: readStrings(value.Resource, `${where}: Resource`),
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

function readPrincipal(value: unknown, where: string, attachedTo: 'resource' | 'identity'): Principal | undefined {
  if (attachedTo === 'identity') {
    if (value !== undefined) {
      throw new PolicyError(`${where}: a policy of a user or role has no Principal`);
    }
    return undefined;
  }
  if (value === '*') {
    return value;
  }
  if (!isObject(value) || Object.keys(value).length === 0) {
    throw new PolicyError(`${where}: Principal must be "*" or an object with AWS or Service`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([kind, named]) => {
      if (kind !== 'AWS' && kind !== 'Service') {
        throw new PolicyError(`${where}: a Principal of kind "${kind}" is not supported; use AWS or Service`);
      }
      const list = valueList(readStrings(named, `${where}: Principal ${kind}`));
      const wrong = list.find((name) => kind === 'AWS' && !isAwsPrincipal(name));
      if (wrong !== undefined) {
        throw new PolicyError(`${where}: Invalid principal in policy: "${wrong}"`);
      }
      return [kind, list];
    }),
  );
}

/** AWS refuses a wildcard inside a principal's ARN; only `*` alone stands for everybody. */
function isAwsPrincipal(name: string): boolean {
  return (
    name === '*' ||
    /^\d{12}$/.test(name) ||
    /^arn:aws:iam::\d{12}:(?:root|user\/[^*?]+|role\/[^*?]+)$/.test(name) ||
    /^arn:aws:sts::\d{12}:assumed-role\/[^*?/]+\/[^*?/]+$/.test(name)
  );
}

function readCondition(value: unknown, where: string): ConditionBlock | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (!isObject(value)) {
    throw new PolicyError(`${where}: Condition must be an object`);
  }
  const block = Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      if (!isObject(keys)) {
        throw new PolicyError(`${where}: Condition ${operator} must be an object of condition keys`);
      }
      const read = Object.entries(keys).map(([key, wanted]) => [
        key,
        readStrings(typeof wanted === 'boolean' ? String(wanted) : wanted, `${where}: Condition ${operator} ${key}`),
      ]);
      return [operator, Object.fromEntries(read)];
    }),
  );
  const unsupported = unsupportedCondition(block);
  if (unsupported !== undefined) {
    throw new PolicyError(`${where}: the ${unsupported} is not supported`);
  }
  return block;
}

function readStrings(value: unknown, where: string): string | readonly string[] {
  if (typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value) && value.length > 0 && value.every((item): item is string => typeof item === 'string')) {
    return value;
  }
  throw new PolicyError(`${where} must be a string or a list of strings`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PolicyError('the policy is not valid JSON', { cause });
  }
}

function isObject<Field extends string>(value: unknown): value is Unchecked<Field> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
