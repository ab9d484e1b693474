import fc from 'fast-check';
import type { Finding } from '../../lib/validation/finding.ts';
import { ruleTexts } from '../../lib/validation/rule-texts.ts';

/** Texts with what has a meaning in some format, broken ones too. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        ...'%:,|`<>&"\'\\/#?*_[]~',
        '\n',
        '\r',
        '\t',
        '\u0000',
        '\u0085',
        '\u2028',
        '\ud800',
        '\udc00',
        '\ufffe',
        'é',
        '😀',
        'ab',
        ']]>',
      ),
      { maxLength: 15 },
    )
    .map((signs) => signs.join('')),
);

const position = fc.record({ line: fc.integer({ min: 1, max: 9 }), column: fc.integer({ min: 1, max: 99 }) });
const range = fc.tuple(position, fc.nat({ max: 3 }), fc.nat({ max: 50 })).map(([start, lines, columns]) => ({
  start,
  end: { line: start.line + lines, column: lines === 0 ? start.column + columns : columns + 1 },
}));

/** Findings of every kind: waived, with and without a fix, a slip of kOps, an object, a cluster. */
export const anyFinding: fc.Arbitrary<Finding> = fc
  .record(
    {
      rule: fc.constantFrom(...ruleTexts.map(({ id }) => id)),
      severity: fc.constantFrom('error', 'warning', 'info'),
      message: anyText,
      file: anyText,
      document: fc.nat({ max: 3 }),
      pointer: anyText.map((text) => (text === '' ? '' : `/${text}`)),
      range,
      kopsPath: anyText,
      cluster: anyText,
      object: fc.record({
        kind: fc.constantFrom('Cluster', 'InstanceGroup', 'Keyset', 'SSHCredential'),
        apiVersion: fc.constantFrom('v1alpha2', 'v1alpha3'),
        name: anyText,
      }),
      fix: fc.oneof(
        fc.record({ pointer: fc.constant('/a') }),
        fc.record({ pointer: fc.constant('/a'), value: fc.oneof(anyText, fc.integer(), fc.boolean()) }),
        fc.record({ pointer: fc.constant('/a'), rename: anyText }),
      ),
      waiver: fc.record({ reason: anyText, expires: fc.constant('2026-12-31') }),
    },
    { requiredKeys: ['rule', 'severity', 'message', 'file', 'document', 'pointer', 'range'] },
  )
  .map((finding) => finding as Finding);

export const anyFindings = fc.array(anyFinding, { maxLength: 6 });
