import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Finding } from '../../lib/validation/finding.ts';
import { findingsOfSet } from '../../lib/validation/findings-of-set.ts';
import { problemKinds } from '../../lib/validation/problem.ts';
import { allRules } from '../../lib/validation/rule-list.ts';
import { caseFolders, casesOf, documentTexts, setsOf } from './rule-cases.ts';

/** A test of kOps, which runs one function over a table of cases. */
interface KopsTest {
  readonly test: string;
  readonly file: string;
  /** The rules that say what the function says. */
  readonly rules?: readonly string[];
  /** Why there are none. */
  readonly reason?: string;
  /** Where the function's paths begin in the test, and where in a manifest. */
  readonly paths?: Readonly<Record<string, string>>;
  readonly cases: readonly KopsCase[];
}

interface KopsCase {
  readonly lines: string;
  /** What kOps's test demands, as `<kind>::<path>`. */
  readonly expected?: readonly string[];
  /** What the function says beside that: a test of kOps demands only some of it. */
  readonly also?: readonly string[];
  /** Why no case here stands for it. */
  readonly reason?: string;
}

const { tests } = parse(readFileSync(join(import.meta.dirname, 'kops-cases.yaml'), 'utf8')) as {
  readonly tests: readonly KopsTest[];
};

/** What the documents of our cases say that they stand for. */
const standIns = caseFolders.flatMap((folder) =>
  casesOf(folder).flatMap((example) =>
    documentTexts(example.text).flatMap((text, document) => {
      const [, test = '', number = ''] = /^#: test (\w+) (\d+)$/m.exec(text) ?? [];
      return test === '' ? [] : [{ test, number: Number(number), example, document }];
    }),
  ),
);

describe.each(tests.map((test) => [test.test, test] as const))('%s of kOps', (_, test) => {
  const rules = allRules.filter(({ id }) => test.rules?.includes(id));

  if (test.reason !== undefined) {
    it(`has no rule here: ${test.reason}`, () => {
      expect(standIns.filter((one) => one.test === test.test)).toEqual([]);
    });
    return;
  }

  it('names rules that exist', () => {
    expect(rules.map(({ id }) => id).sort()).toEqual([...(test.rules ?? [])].sort());
  });

  it.each(test.cases.map((one, index) => [one.lines, index + 1, one] as const))(
    'lines %s say what the rules say',
    (__, number, { expected = [], also = [], reason }) => {
      const documents = standIns.filter((one) => one.test === test.test && one.number === number);
      expect(documents.length > 0).toBe(reason === undefined);
      if (reason !== undefined) {
        return;
      }
      const findings = documents.flatMap(({ example, document }) =>
        setsOf(example)
          .flatMap((set) => findingsOfSet(set, rules))
          .filter((finding) => finding.document === document),
      );
      expect(new Set(findings.map(asKopsTests))).toEqual(
        new Set([...expected, ...also].map((text) => inPlace(text, test))),
      );
    },
  );
});

describe("the list of kOps's own cases", () => {
  it('has each case that a document stands for', () => {
    const known = tests.flatMap(({ test, cases }) => cases.map((_, index) => `${test} ${index + 1}`));
    expect(standIns.map(({ test, number }) => `${test} ${number}`).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('gives each test either rules or a reason', () => {
    for (const { rules, reason } of tests) {
      expect([rules, reason].filter((one) => one !== undefined)).toHaveLength(1);
    }
  });
});

/** A finding as kOps's tests compare errors: its kind and the path that kOps prints. */
function asKopsTests({ message, kopsPath }: Finding): string {
  const kinds = Object.values(problemKinds).join('|');
  const [, path = '', kind = ''] = new RegExp(`^(.*?): (${kinds})(?:: |$)`).exec(message) ?? [];
  return `${kind}::${kopsPath ?? path}`;
}

function inPlace(text: string, { paths = {} }: KopsTest): string {
  const [kind = '', path = ''] = text.split('::');
  const [from, to] = Object.entries(paths).find(([root]) => path.startsWith(root)) ?? ['', ''];
  return `${kind}::${to}${path.slice(from.length)}`;
}
