import { didYouMean } from '../../config/nearest.ts';
import type { FieldPath } from '../field-path.ts';
import { formatPath } from '../field-path.ts';
import type { Finding, FindingFix } from '../finding.ts';
import type { KopsObject } from '../kops-object.ts';
import { jsonPointer } from '../pointer.ts';
import type { RuleText, Severity } from '../rule.ts';
import { addonsType } from './addons-type.ts';
import { certainName, certainValue } from './certain-fix.ts';
import { type FieldType, isScalar, scalarNames } from './field-type.ts';
import { onlyPlaceOf } from './misplaced-field.ts';
import { missingField, mistypedField, unknownField } from './schema-rules.ts';
import v1alpha2 from './v1alpha2.json' with { type: 'json' };

const types: Readonly<Record<string, FieldType>> = {
  ...(v1alpha2 as Readonly<Record<string, FieldType>>),
  Addons: addonsType,
};

/** The minor version of kOps from whose definitions the fields were taken. */
export const schemaMinor = 37;

interface Check {
  readonly object: KopsObject;
  readonly newerKops: boolean;
  readonly cluster: string | undefined;
  readonly findings: Finding[];
  /** How many fields were unknown so far. */
  unknown: number;
}

/** An object with more fields that kOps does not know is something else, and looking for what was meant takes long. */
const maxSuggestions = 100;

/**
 * What of a v1alpha2 object kOps would drop in silence, or refuse to read. `newerKops` says that it was written by a kOps that
 * may know more fields. Objects of other versions are not judged. `cluster` names the cluster that it belongs to.
 */
export function schemaFindings(object: KopsObject, newerKops: boolean, cluster?: string): readonly Finding[] {
  const type = types[object.kind];
  if (object.apiVersion !== 'v1alpha2' || type === undefined) {
    return [];
  }
  const check: Check = { object, newerKops, cluster, findings: [], unknown: 0 };
  checkValue(check, type, object.document.value, []);
  return check.findings;
}

function checkValue(check: Check, type: FieldType, value: unknown, path: FieldPath): void {
  if (value === null || value === undefined) {
    return; // kOps reads null as absent.
  }
  if (typeof type === 'string') {
    if (!isScalar(type, value)) {
      mistyped(check, path, scalarNames[type] ?? type, value, certainValue(check.object, path, type, value));
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
      reportUnknown(check, [...path, name], value, Object.keys(fields));
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

function reportUnknown(
  check: Check,
  path: FieldPath,
  siblings: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  check.unknown += 1;
  const name = String(path.at(-1));
  const suggestion = check.unknown > maxSuggestions ? '' : didYouMean(name, known);
  const elsewhere = suggestion === '' && check.unknown <= maxSuggestions ? misplaced(check.object, name) : '';
  const message = `${formatPath(path)}: unknown field, which kOps drops in silence${suggestion}${elsewhere}`;
  const certain = certainName(check.object.kind, path, siblings, known);
  const rename = check.newerKops || certain === undefined ? {} : { rename: certain };
  const isMeant = suggestion !== '' || certain !== undefined;
  report(check, unknownField, path, message, {
    severity: isMeant && !check.newerKops ? 'error' : 'warning',
    ...rename,
  });
}

/** Where a field of that name belongs: a hint, and no more, since kOps may have had one here in former times. */
function misplaced({ kind }: KopsObject, name: string): string {
  const place = onlyPlaceOf(name, types[kind] ?? 'object');
  return place === undefined ? '' : `; did you mean ${JSON.stringify(place)}?`;
}

function mistyped(check: Check, path: FieldPath, expected: string, value: unknown, certain?: unknown): void {
  const message = `${formatPath(path)}: expected ${expected}, and this is ${nameOf(value, expected)}; kOps cannot read the manifest`;
  report(check, mistypedField, path, message, certain === undefined ? {} : { value: certain });
}

/** What a value is; never the value itself, which may be a secret. */
function nameOf(value: unknown, expected: string): string {
  if (Array.isArray(value)) {
    return 'a list';
  }
  const names: Readonly<Record<string, string>> = {
    string: /^a (?:text|time|duration|quantity)\b/.test(expected) ? 'another text' : 'a text',
    number: Number.isInteger(value) ? 'a whole number' : 'a number with a fraction',
    boolean: 'true or false',
    object: 'a mapping',
  };
  return names[typeof value] ?? 'something else';
}

interface ReportOptions extends Omit<FindingFix, 'pointer'> {
  /** @default that of the rule */
  readonly severity?: Severity;
}

function report(
  { object, cluster, findings }: Check,
  rule: RuleText,
  path: FieldPath,
  message: string,
  { severity = rule.severity, ...fix }: ReportOptions = {},
): void {
  const { document, kind, apiVersion, name } = object;
  const place = [...document.within, ...path];
  const pointer = jsonPointer(place);
  findings.push({
    rule: rule.id,
    severity,
    message,
    file: document.file,
    document: document.index,
    pointer,
    range: rule === unknownField ? document.rangeOfKey(place) : document.rangeOf(place),
    object: { kind, apiVersion, name },
    ...(cluster === undefined ? {} : { cluster }),
    ...(Object.keys(fix).length === 0 ? {} : { fix: { pointer, ...fix } }),
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
