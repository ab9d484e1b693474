import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { mutateRules } from '../mutation/mutate-rules.ts';

/** What no case can tell from the rule, and why, by module and name. */
const known = parse(readFileSync(join(import.meta.dirname, '../mutation/survivors.yaml'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

it('kills nine of ten mutants of the rules, and knows of the others', async () => {
  const verdicts = await mutateRules();
  const survivors = verdicts.filter(({ killed }) => !killed);
  const unknown = survivors.filter(({ module, name }) => known[module]?.[name] === undefined);
  const gone = Object.entries(known).flatMap(([module, names]) =>
    Object.keys(names)
      .filter((name) => !survivors.some((one) => one.module === module && one.name === name))
      .map((name) => `${module}: ${name}`),
  );
  const lines = [
    `${verdicts.length} mutants, ${survivors.length} of them not killed`,
    ...unknown.map(({ module, line, name }) => `new: ${module}:${line}: ${name}`),
    ...gone.map((name) => `killed, or gone, and still in survivors.yaml: ${name}`),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  expect(verdicts.length).toBeGreaterThan(1_000);
  expect([...unknown.map(({ module, name }) => `${module}: ${name}`), ...gone]).toEqual([]);
  expect(1 - survivors.length / verdicts.length).toBeGreaterThanOrEqual(0.9);
});
