import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { toJson } from '../../cli/output/json.ts';
import { isOpen } from '../../lib/validation/finding.ts';
import { toGithub } from '../../lib/validation/formats/github.ts';
import { countsOf, toFindingsDocument } from '../../lib/validation/formats/json.ts';
import { toJunit } from '../../lib/validation/formats/junit.ts';
import { toMarkdown } from '../../lib/validation/formats/markdown.ts';
import { toSarif } from '../../lib/validation/formats/sarif.ts';
import { findingText } from '../../lib/validation/formats/text.ts';
import { ruleTexts } from '../../lib/validation/rule-texts.ts';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';
import { applyWaivers } from '../../lib/validation/waivers.ts';
import { anyFindings } from './any-findings.ts';
import { type Element, readXml } from './xml.ts';

const root = join(import.meta.dirname, '../..');
const runs = { numRuns: 100 };

function schemaAt(path: string): object {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as object;
}

function checkerOf(schema: object): (data: unknown) => readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (data) =>
    validate(data) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The official schema is written for draft 4 of JSON Schema, of which it uses nothing that draft 7 reads differently. */
function officialSarif(): object {
  const path = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
  const { id: _id, $schema: _draft, ...schema } = schemaAt(path) as { readonly id?: string; readonly $schema?: string };
  expect(JSON.stringify(schema)).not.toMatch(/"exclusiveM(?:in|ax)imum":(?:true|false)/);
  return schema;
}

/** With no field allowed beside those that the schema names, so that none is forgotten in it. */
function closed(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (_key, part: unknown) =>
    typeof part === 'object' && part !== null && 'properties' in part && 'type' in part
      ? { ...part, additionalProperties: false }
      : part,
  ) as object;
}

const real = validateManifests([
  {
    file: 'a b:c#d.yaml',
    text: 'apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata:\n  name: ""\nspec:\n  role: node\n  MaxSize: 1\n  minSize: "2"\n  x: 1\n  x: 1\n---\napiVersion: kops.k8s.io/v1alpha3\nkind: Cluster\nspec: {}\n---\na: [\n',
  },
]).findings;

describe('SARIF', () => {
  const check = checkerOf(officialSarif());

  it('is refused by the official schema where it is wrong', () => {
    const log = JSON.parse(JSON.stringify(toSarif(real, ruleTexts, '1.2.3'))) as {
      runs: { results: { level: string }[] }[];
    };
    log.runs[0]!.results[0]!.level = 'fatal';
    expect(check(log)).toContainEqual(expect.stringContaining('/runs/0/results/0/level'));
  });

  it('is what the official schema of 2.1.0 says, for real findings, waived ones too, and for none', () => {
    const waived = applyWaivers(real, [{ rule: real[0]!.rule, reason: 'r', expires: '2099-01-01' }], new Date(0));
    expect(real.length).toBeGreaterThan(6);
    expect(check(toSarif(waived, ruleTexts, '1.2.3'))).toEqual([]);
    expect(check(toSarif([], ruleTexts, '1.2.3'))).toEqual([]);
  });

  it('is what the official schema says, for any findings', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        const log = JSON.parse(JSON.stringify(toSarif(findings, ruleTexts, '1.2.3'))) as {
          runs: { results: Result[] }[];
        };
        expect(check(log)).toEqual([]);
        const results = log.runs[0]?.results ?? [];
        expect(
          results.map(({ suppressions }) => suppressions?.map(({ kind, justification }) => [kind, justification])),
        ).toEqual(findings.map(({ waiver }) => waiver && [['external', wellFormed(waiver.reason)]]));
        for (const [index, { locations }] of results.entries()) {
          const { uri } = locations[0]!.physicalLocation.artifactLocation;
          const { href, origin, pathname, search, hash } = new URL(uri, 'http://here/x/');
          expect([origin, search, hash]).toEqual(['http://here', '', '']);
          expect(findings[index]!.file.startsWith('/') || href.length > 0).toBe(true);
          expect(pathname).not.toContain('#');
        }
      }),
      runs,
    );
  });
});

interface Result {
  readonly suppressions?: readonly { readonly kind: string; readonly justification: string }[];
  readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[];
}

function wellFormed(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

describe('JSON', () => {
  const check = checkerOf(closed(schemaAt('schema/findings.v1.json')));

  it('is what schema/findings.v1.json says, for real findings', () => {
    const kinds = (name: 'fix' | 'object' | 'waiver') => real.filter((finding) => finding[name] !== undefined).length;
    expect(kinds('fix')).toBeGreaterThan(2);
    expect(kinds('object')).toBeGreaterThan(2);
    expect(check(JSON.parse(toJson(toFindingsDocument(real))))).toEqual([]);
    expect(check({ schemaVersion: 2, kind: 'findings', counts: {}, findings: [{}] }).length).toBeGreaterThan(5);
  });

  it('is what the schema says, and counts what no waiver accepts, for any findings', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        expect(check(JSON.parse(toJson(toFindingsDocument(findings))))).toEqual([]);
        const { error, warning, info, waived } = countsOf(findings);
        expect(error + warning + info + waived).toBe(findings.length);
        expect(waived).toBe(findings.filter((finding) => !isOpen(finding)).length);
      }),
      runs,
    );
  });
});

describe('JUnit', () => {
  it('is well-formed, with counts that are those of its cases, for any findings', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        const suites = readXml(toJunit(findings, ['clean.yaml']));
        const cases = suites.children.flatMap(({ children }) => children);
        const having = (all: readonly Element[], name: string) =>
          all.filter(({ children }) => children.some((child) => child.name === name)).length;
        for (const { attributes, all } of [
          { ...suites, all: cases },
          ...suites.children.map((suite) => ({ ...suite, all: suite.children })),
        ]) {
          expect(attributes).toMatchObject({
            tests: String(all.length),
            failures: String(having(all, 'failure')),
            skipped: String(having(all, 'skipped')),
            errors: '0',
          });
        }
        expect(cases.filter(({ attributes }) => attributes['name'] !== 'valid')).toHaveLength(findings.length);
        expect(having(cases, 'failure')).toBe(
          findings.filter((finding) => finding.severity === 'error' && isOpen(finding)).length,
        );
        expect(having(cases, 'skipped')).toBe(findings.filter((finding) => !isOpen(finding)).length);
      }),
      runs,
    );
  });
});

describe('annotations of GitHub', () => {
  it('say what was meant, once the runner has read them, for any findings', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        const lines = toGithub(findings).split('\n').slice(0, -1);
        expect(lines).toHaveLength(findings.length);
        for (const [index, line] of lines.entries()) {
          const { file, message, waiver, rule } = findings[index]!;
          const [, properties = '', text = ''] = /^::(?:error|warning|notice) ([^:]*)::([^\r\n]*)$/.exec(line) ?? [];
          const said = new Map(properties.split(',').map((one) => one.split('=', 2) as [string, string]));
          expect(said.get('title')).toBe(rule);
          expect(unescaped(properties.slice('file='.length, properties.indexOf(',')))).toBe(file);
          expect(unescaped(text).endsWith(message)).toBe(true);
          expect(unescaped(text) === message).toBe(waiver === undefined);
        }
      }),
      runs,
    );
  });
});

function unescaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
  return text.replace(/%(?:0D|0A|3A|2C|25)/g, (sign) => signs[sign] ?? '');
}

describe('Markdown', () => {
  it('has one row of four cells for each finding, and no sign of them is read as markup, for any findings', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        const [, , , , ...rows] = toMarkdown(findings, 1).split('\n').slice(0, -1);
        expect(rows).toHaveLength(findings.length);
        for (const [index, row] of rows.entries()) {
          const cells = cellsOf(row);
          expect(cells).toHaveLength(4);
          const { file, message, range } = findings[index]!;
          const place = cells[1]!.slice(1, -1);
          const [, code = place.replace(/\\(.)/gsu, '$1')] = /^`([^`\\|]*)`$/.exec(place) ?? [];
          expect(code).toBe(`${file}:${range.start.line}`.replace(/\p{Cc}+/gu, ' '));
          expect(place.startsWith('`') ? '' : place.replace(/\\(.)/gsu, '')).not.toMatch(markup);
          expect(cells[3]!.trim().replace(/\\(.)/gsu, '')).not.toMatch(markup);
          expect(cells[3]!.replace(/\\(.)/gsu, '$1')).toContain(message.replace(/\p{Cc}+/gu, ' '));
        }
      }),
      runs,
    );
  });
});

const markup = /[|<>`*_[\]~&\\]/;

/** As GitHub splits a row of a table: a pipe with a backslash before it is a sign like any other. */
function cellsOf(row: string): readonly string[] {
  return [...row.matchAll(/((?:\\[\\|<>`*_[\]~&]|[^|])*)\|/gs)].map(([, cell = '']) => cell).slice(1);
}

describe('text for a terminal', () => {
  it('has no control character that a file could have brought in, for any findings', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        for (const finding of findings) {
          expect(findingText(finding, new Map([[finding.file, 'a\u001b[2J\u0007b\n'.repeat(9)]]))).not.toMatch(
            /(?!\n)\p{Cc}/u,
          );
        }
      }),
      runs,
    );
  });
});
