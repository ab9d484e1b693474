import { syntaxRules } from './manifest/syntax-rules.ts';
import type { RuleText } from './rule.ts';
import { allRules } from './rule-list.ts';
import { schemaRules } from './schema/schema-rules.ts';
import { allStoreRules } from './store/store-rule-list.ts';

/** What every rule says of itself, by subject: of the text, of the fields, of clusters and instance groups, of stores. */
export const ruleTexts: readonly RuleText[] = [...syntaxRules, ...schemaRules, ...allRules, ...allStoreRules];

/** The rule of an id, in capitals or not; undefined where there is none. */
export function ruleOfId(id: string): RuleText | undefined {
  return ruleTexts.find((rule) => rule.id === id.toUpperCase());
}
