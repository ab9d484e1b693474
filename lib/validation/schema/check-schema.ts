import { didYouMean } from '../../config/nearest.ts';
import type { FieldPath } from '../field-path.ts';
import { formatPath } from '../field-path.ts';
import type { Finding } from '../finding.ts';
import type { KopsObject } from '../kops-object.ts';
import { jsonPointer } from '../pointer.ts';
import type { RuleText, Severity } from '../rule.ts';
import { type FieldType, isScalar, scalarNames } from './field-type.ts';
import { missingField, mistypedField, unknownField } from './schema-rules.ts';
import v1alpha2 from './v1alpha2.json' with { type: 'json' };

const types = v1alpha2 as Readonly<Record<string, FieldType>>;

/** The minor version of kOps from whose definitions the fields were taken. */
export const schemaMinor = 37;

interface Check {
  readonly object: KopsObject;
  readonly newerKops: boolean;
  readonly findings: Finding[];
}

/**
 * What of a v1alpha2 object kOps would drop in silence, or refuse to read. `newerKops` says that it was written by a kOps that
 * may know more fields. Objects of other versions are not judged.
 */
export function schemaFindings(object: KopsObject, newerKops: boolean): readonly Finding[] {
  const type = types[object.kind];
  if (object.apiVersion !== 'v1alpha2' || type === undefined) {
    return [];
  }
  const check: Check = { object, newerKops, findings: [] };
  checkValue(check, type, object.document.value, []);
  return check.findings;
}

function checkValue(check: Check, type: FieldType, value: unknown, path: FieldPath): void {
  if (value === null || value === undefined) {
    return; // kOps reads null as absent.
  }
  if (typeof type === 'string') {
    if (!isScalar(type, value)) {
      mistyped(check, path, scalarNames[type] ?? type, value);
    }
  } else if ('list' in type) {
    checkList(check, type.list, value, path);
  } else if (!isMapping(value)) {
    mistyped(check, path, 'a mapping', value);
  } else if ('map' in type) {
    for (const [key, item] of Object.entries(value)) {
      checkValue(check, type.map, item, [...path, { key }]);
    }
  } else {
    checkFields(check, type, value, path);
  }
}

function checkList(check: Check, type: FieldType, value: unknown, path: FieldPath): void {
  if (!Array.isArray(value)) {
    mistyped(check, path, 'a list', value);
    return;
  }
  for (const [index, item] of value.entries()) {
    checkValue(check, type, item, [...path, index]);
  }
}

function checkFields(
  check: Check,
  { fields, required = [] }: Extract<FieldType, { fields: unknown }>,
  value: Readonly<Record<string, unknown>>,
  path: FieldPath,
): void {
  for (const [name, child] of Object.entries(value)) {
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (type === undefined) {
      const suggestion = didYouMean(name, Object.keys(fields));
      const message = `${formatPath([...path, name])}: unknown field, which kOps drops in silence${suggestion}`;
      const severity = suggestion === '' || check.newerKops ? 'warning' : 'error';
      report(check, unknownField, [...path, name], message, severity);
    } else {
      checkValue(check, type, child, [...path, name]);
    }
  }
  for (const name of required) {
    // A flag that is absent is false, whatever the definition says.
    if (value[name] === undefined && fields[name] !== 'boolean') {
      report(check, missingField, [...path, name], `${formatPath([...path, name])}: Required value`);
    }
  }
}

function mistyped(check: Check, path: FieldPath, expected: string, value: unknown): void {
  const message = `${formatPath(path)}: expected ${expected}, and this is ${nameOf(value)}; kOps cannot read the manifest`;
  report(check, mistypedField, path, message);
}

/** What a value is; never the value itself, which may be a secret. */
function nameOf(value: unknown): string {
  if (Array.isArray(value)) {
    return 'a list';
  }
  const names: Readonly<Record<string, string>> = {
    string: 'a text',
    number: Number.isInteger(value) ? 'a whole number' : 'a number with a fraction',
    boolean: 'true or false',
    object: 'a mapping',
  };
  return names[typeof value] ?? 'something else';
}

function report(
  check: Check,
  rule: RuleText,
  path: FieldPath,
  message: string,
  severity: Severity = rule.severity,
): void {
  const { object, findings } = check;
  const { document, kind, apiVersion, name } = object;
  findings.push({
    rule: rule.id,
    severity,
    message,
    file: document.file,
    document: document.index,
    pointer: jsonPointer(path),
    range: rule === unknownField ? document.rangeOfKey(path) : document.rangeOf(path),
    object: { kind, apiVersion, name },
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
