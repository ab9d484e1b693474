import type { RuleText } from '../rule.ts';

/** Rules of what a document may hold at all: they are checked over the file as it was written. */
export const unknownField: RuleText = {
  id: 'FIELD-UNKNOWN',
  severity: 'error',
  title: 'A manifest has only fields that kOps knows.',
  explanation:
    'kOps drops unknown fields in silence, in `kops create -f` and `kops replace -f` too: a mistyped field is as if it were not there. It is an error where a known field of nearly the same name must have been meant, else a warning; a warning too where a kOps newer than the fields known here wrote the store.',
};

export const mistypedField: RuleText = {
  id: 'FIELD-TYPE',
  severity: 'error',
  title: 'Every field holds the type of value that kOps reads there.',
  explanation:
    'kOps refuses to read the whole manifest. A version, a time or a number that is meant as a text needs quotes: YAML reads `1.30` as the number 1.3, and `yes` as a text. A duration needs its unit: `10s`, not `10`.',
};

export const missingField: RuleText = {
  id: 'FIELD-MISSING',
  severity: 'error',
  title: 'Every field that must be there is there.',
  explanation:
    'These are fields without which an entry says nothing, such as the `name` of an etcd member: kOps reads the manifest all the same, with an empty value there, and fails later or makes something that has no name. Write the field, or remove the whole entry.',
};

export const schemaRules: readonly RuleText[] = [unknownField, mistypedField, missingField];
