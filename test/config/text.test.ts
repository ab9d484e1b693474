import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ParsedConfig, parseConfig } from '../../lib/config/parse.ts';
import { formatProblem, type Problem } from '../../lib/config/problem.ts';

/** What any text comes to: a configuration, or at least one problem. */
function problemsOf(parsed: ParsedConfig): readonly Problem[] {
  if (!parsed.ok) {
    expect(parsed.problems.length).toBeGreaterThan(0);
  }
  return parsed.ok ? parsed.warnings : parsed.problems;
}

function expectPositionsInside(text: string, problems: readonly Problem[]): void {
  const lines = text.split('\n');
  for (const { line, column, length } of problems) {
    const width = (lines[line - 1] ?? '').length;
    expect({
      line: line >= 1 && line <= lines.length,
      column: column >= 1 && column <= width + 1,
      length: length >= 1,
    }).toEqual({
      line: true,
      column: true,
      length: true,
    });
  }
}

const words = [
  ...['version', 'stores', 'routes', 'name', 'from', 'to', 'store', 'url', 'credentials', 'secretAccessKey', 'deletes'],
  ...[
    's3://b',
    'gs://b',
    'file:///d',
    '1',
    'null',
    'off',
    '*',
    'a',
    '&a',
    '*a',
    '!t',
    '<<',
    '__proto__',
    'constructor',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    ', ',
    '- ',
    '? ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '%',
    '---',
    '\n',
    '\n  ',
    '\n    ',
    '\t',
    '\r\n',
    '\uFEFF',
  ],
];
const yamlLike = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(''));

/** Data in the shape of the file, with anything in any place, as JSON: which is YAML. */
const nearlyRight = fc
  .object({
    key: fc.constantFrom(...words.slice(0, 11), 'prod', '__proto__'),
    values: [fc.constantFrom(...words), fc.integer(), fc.constant(null)],
    maxDepth: 4,
  })
  .map((data) => JSON.stringify({ version: 1, ...data }, undefined, 1));

describe('any text', () => {
  it.each([
    ['unicode', fc.string({ unit: 'binary' })],
    ['made of what YAML is made of', yamlLike],
    ['in the shape of a configuration', nearlyRight],
  ])('%s is accepted or explained, with positions inside it', (_kind, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const problems = problemsOf(parseConfig(text, 'statesync.yaml'));
        expectPositionsInside(text, problems);
        expect(problems.map(formatProblem).join('\n')).not.toContain('undefined');
      }),
      { numRuns: 300 },
    );
  });

  it('is answered the same way twice', () => {
    fc.assert(
      fc.property(yamlLike, (text) => {
        expect(JSON.stringify(parseConfig(text, 'f'))).toBe(JSON.stringify(parseConfig(text, 'f')));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a text that is made to explode', () => {
  const size = 1024 * 1024;
  it.each([
    ['more than a mebibyte', ' '.repeat(size + 1), '1 MiB'],
    ['a mebibyte of brackets', '['.repeat(size), 'words and signs'],
    ['a mebibyte of list marks', '- '.repeat(size / 2), 'words and signs'],
    [
      'very many fields',
      Array.from({ length: size / 8 }, (_, i) => `k${i}: 1`)
        .join('\n')
        .slice(0, size),
      'words and signs',
    ],
    ['twenty thousand brackets', '['.repeat(20_000), 'nested too deeply'],
    [
      'an indentation on every line',
      Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'nested too deeply',
    ],
    ['thirty-three levels', `a: ${'['.repeat(33)}${']'.repeat(33)}`, 'nested too deeply'],
    ['twenty thousand closing brackets', ']'.repeat(20_000), 'does not belong here'],
    ['a word of nearly a mebibyte', `version: ${'token'.repeat(200_000)}`, 'expected the number 1'],
    ['aliases of aliases', explodingAliases(), 'grow beyond measure'],
  ])('is refused: %s', (_what, text, sentence) => {
    const problems = problemsOf(parseConfig(text, 'statesync.yaml'));
    expect(problems.map(({ message }) => message).join('\n')).toContain(sentence);
    expectPositionsInside(text, problems);
  });

  it('is read when it stays within the limits: thirty-one levels', () => {
    const problems = problemsOf(parseConfig(`a: ${'['.repeat(31)}${']'.repeat(31)}`, 'statesync.yaml'));
    expect(problems.map(({ message }) => message).join('\n')).not.toContain('nested');
  });
});

function explodingAliases(): string {
  const levels = ['a', 'b', 'c', 'd', 'e', 'f'];
  const lines = levels.map(
    (name, i) =>
      `${name}: &${name} [${Array(9)
        .fill(i === 0 ? 'x' : `*${levels[i - 1]}`)
        .join(', ')}]`,
  );
  return lines.join('\n');
}
