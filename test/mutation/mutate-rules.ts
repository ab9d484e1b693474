import { isDeepStrictEqual } from 'node:util';
import { findingsOfSet, type ObjectSet } from '../../lib/validation/findings-of-set.ts';
import type { Rule } from '../../lib/validation/rule.ts';
import { caseFolders, casesOf, linesOf, setsOf } from '../validation/rule-cases.ts';
import { mutantsOf } from './mutants.ts';
import { RuleModules, ruleSources } from './rule-modules.ts';

/** A mutant of a rule, and whether a case told it from the rule. */
export interface Verdict {
  /** The module, below `lib/validation/rules`. */
  readonly module: string;
  readonly line: number;
  /** The line as it stands, what changed in it and, where that is said twice, a number: the name of the mutant in its module. */
  readonly name: string;
  readonly killed: boolean;
}

interface PreparedCase {
  readonly sets: readonly ObjectSet[];
  readonly expected: readonly string[];
}

/** Changes every rule in every small way, and lets the cases of the rules that the change reaches judge it. */
export async function mutateRules(): Promise<readonly Verdict[]> {
  const cases = new Map(
    caseFolders.map((folder) => [
      folder,
      casesOf(folder).map((example) => ({ sets: setsOf(example), expected: example.expected })),
    ]),
  );
  const modules = await RuleModules.load();
  const wrong = modules.rules().filter((rule) => !passes(rule, cases));
  if (wrong.length > 0) {
    throw new Error(`the cases fail without any change: ${wrong.map(({ id }) => id).join(', ')}`);
  }
  return [...ruleSources].flatMap(([module, source]) => {
    const lines = source.split('\n');
    const counts = new Map<string, number>();
    return mutantsOf(source).map(({ line, change, source: changed }) => {
      const text = `${lines[line - 1]?.trim()} | ${change}`;
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      const name = count === 1 ? text : `${text} | ${count}`;
      return { module, line, name, killed: isKilled(modules.change(module, changed), cases) };
    });
  });
}

function isKilled(load: () => readonly Rule[], cases: ReadonlyMap<string, readonly PreparedCase[]>): boolean {
  try {
    return !load().every((rule) => passes(rule, cases));
  } catch {
    return true;
  }
}

function passes(rule: Rule, cases: ReadonlyMap<string, readonly PreparedCase[]>): boolean {
  return (cases.get(rule.id) ?? []).every(({ sets, expected }) =>
    isDeepStrictEqual(linesOf(sets.flatMap((set) => findingsOfSet(set, [rule]))), expected),
  );
}
