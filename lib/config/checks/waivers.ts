import { ruleTexts } from '../../validation/rule-texts.ts';
import { waiverRules } from '../../validation/waivers.ts';
import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';
import { didYouMean } from '../nearest.ts';

/** Waivers of rules that there are not, or that no waiver accepts. */
export function checkWaivers({ waivers }: Draft): readonly Finding[] {
  const waivable = ruleTexts.filter((rule) => !waiverRules.includes(rule)).map(({ id }) => id);
  return waivers
    .filter(({ rule }) => rule !== undefined && !waivable.includes(rule))
    .map(({ path, rule = '' }) => ({ path: [...path, 'rule'], message: whyUnknown(rule, waivable) }));
}

function whyUnknown(rule: string, waivable: readonly string[]): string {
  return waiverRules.some(({ id }) => id === rule)
    ? `${rule} speaks of waivers themselves, and cannot be waived; remove this entry`
    : `there is no rule ${JSON.stringify(rule)}${didYouMean(rule, waivable) || '; statesync explain lists them'}`;
}
