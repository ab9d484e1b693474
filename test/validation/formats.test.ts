import { describe, expect, it } from '@jest/globals';
import { toGithub } from '../../lib/validation/formats/github.ts';
import { toFindingsDocument } from '../../lib/validation/formats/json.ts';
import { toJunit } from '../../lib/validation/formats/junit.ts';
import { toMarkdown } from '../../lib/validation/formats/markdown.ts';
import { toSarif } from '../../lib/validation/formats/sarif.ts';
import { findingText } from '../../lib/validation/formats/text.ts';
import { ruleTexts } from '../../lib/validation/rule-texts.ts';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

const text = `apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  name: nodes
spec:
  role: Node
  maxSize: 1
  minSize: 2
  whatever: "<&>|100%"
`;
const { findings } = validateManifests([{ file: 'a,b:c.yaml', text }]);
const [size, unknown] = findings;

describe('findings', () => {
  it('are two, in the order of the file', () => {
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['INSTANCE-GROUP-SIZE', 'error'],
      ['FIELD-UNKNOWN', 'warning'],
    ]);
  });

  it('are texts with the line and a caret below', () => {
    expect(findingText(size!, new Map([['a,b:c.yaml', text]]))).toBe(
      [
        'a,b:c.yaml:7:12: error INSTANCE-GROUP-SIZE: spec.maxSize: Forbidden: maxSize must be greater than or equal to minSize.',
        '    7 |   maxSize: 1',
        '      |            ^',
      ].join('\n'),
    );
  });

  it('mark where a long line is cut off', () => {
    const long = `{"apiVersion": "kops.k8s.io/v1alpha2", "kind": "InstanceGroup", "metadata": {"name": "nodes"}, "spec": {"role": "Node", "whatever": 1, "image": "${'x'.repeat(80)}", "more": 2}}\n`;
    const [one = '', two = ''] = validateManifests([{ file: 'x', text: long }], { rules: [] }).findings.map(
      (finding) => findingText(finding, new Map([['x', long]])).split('\n')[1] ?? '',
    );
    expect(one).toMatch(/^ {4}1 \| …[^…]{118}…$/);
    expect(two).toMatch(/^ {4}1 \| …[^…]{1,118}$/);
    for (const finding of validateManifests([{ file: 'x', text: long }], { rules: [] }).findings) {
      const [, line = '', carets = ''] = findingText(finding, new Map([['x', long]])).split('\n');
      expect(line.slice(carets.indexOf('^')).startsWith(finding.pointer.replace('/spec/', '"'))).toBe(true);
    }
  });

  it('show no line that may hold a secret in any form', () => {
    const secret = `${text.slice(0, text.indexOf('  maxSize'))}  password: hunter2\n  additionalUserData:\n  - name: x\n    content: 1\n`;
    const shown = validateManifests([{ file: 'x', text: secret }]).findings.map((finding) =>
      findingText(finding, new Map([['x', secret]])),
    );
    expect(shown.join('\n')).toContain('x:7:3: warning FIELD-UNKNOWN: spec.password: unknown field');
    expect(shown.join('\n')).not.toMatch(/ \| |hunter2|content: 1/);
  });

  it('are a document in JSON', () => {
    expect(toFindingsDocument(findings)).toMatchObject({
      kind: 'findings',
      counts: { error: 1, warning: 1, info: 0, waived: 0 },
    });
  });

  it('are a SARIF log that names rules and places', () => {
    expect(toSarif(findings, ruleTexts, '1.2.3')).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'kops-statesync',
              version: '1.2.3',
              rules: [{ id: 'FIELD-UNKNOWN' }, { id: 'INSTANCE-GROUP-SIZE' }],
            },
          },
          results: [
            {
              ruleId: 'INSTANCE-GROUP-SIZE',
              ruleIndex: 1,
              level: 'error',
              locations: [
                { physicalLocation: { region: { startLine: 7, startColumn: 12, endLine: 7, endColumn: 13 } } },
              ],
            },
            { ruleId: 'FIELD-UNKNOWN', ruleIndex: 0, level: 'warning' },
          ],
        },
      ],
    });
  });

  it('are test cases in JUnit, of which errors fail', () => {
    const xml = toJunit(findings, ['a,b:c.yaml', 'clean.yaml']);
    expect(xml).toContain('<testsuites name="kops-statesync" tests="3" failures="1" errors="0" skipped="0">');
    expect(xml).toContain('<testcase classname="clean.yaml" name="valid"/>');
    expect(xml).toContain('<failure type="INSTANCE-GROUP-SIZE"');
    expect(toJunit([{ ...unknown!, message: 'a < b & "c" \u0000' }], ['a,b:c.yaml'])).toContain(
      'a &lt; b &amp; &quot;c&quot; <',
    );
  });

  it('are annotations of GitHub, with what has a meaning there escaped', () => {
    expect(toGithub([{ ...size!, message: '100%\nsure' }])).toBe(
      '::error file=a%2Cb%3Ac.yaml,line=7,endLine=7,col=12,endColumn=13,title=INSTANCE-GROUP-SIZE::100%25%0Asure\n',
    );
  });

  it('keep their form with names that the properties found to break it', () => {
    const named = (file: string) => ({ ...size!, file });
    expect(toMarkdown([named('a\\|b')], 1)).toContain('| a\\\\\\|b:7 |');
    expect(JSON.stringify(toSarif([named('//a/b:c#d')], ruleTexts, '1'))).toContain('"uri":"/a/b%3Ac%23d"');
    expect(findingText({ ...size!, kopsPath: 'a\u001b[2J' }, new Map())).toContain('kOps reports this at a·[2J');
  });

  it('are a table in Markdown', () => {
    expect(toMarkdown([{ ...unknown!, message: 'a|b <script>' }], 2)).toContain(
      '| ⚠️ | `a,b:c.yaml:9` | FIELD-UNKNOWN | a\\|b \\<script\\> |',
    );
    expect(toMarkdown([], 1)).toBe('**statesync validate**: 1 file, 0 errors, 0 other findings.\n');
    expect(toMarkdown([], 1, 'doctor')).toBe('**statesync doctor**: 1 file, 0 errors, 0 other findings.\n');
  });
});
