import type { Finding, FindingWaiver } from '../finding.ts';
import type { RuleText, Severity } from '../rule.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** Findings as a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), as code scanning takes them. */
export function toSarif(findings: readonly Finding[], rules: readonly RuleText[], version: string): object {
  const used = rules.filter(({ id }) => findings.some(({ rule }) => rule === id));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'kops-statesync',
            version,
            rules: used.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, used)),
      },
    ],
  };
}

function descriptor({ id, severity, title, explanation }: RuleText): object {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: explanation },
    help: { text: explanation, markdown: explanation },
    defaultConfiguration: { level: levels[severity] },
  };
}

function result(
  { rule, severity, message, file, range, pointer, cluster, waiver }: Finding,
  used: readonly RuleText[],
): object {
  return {
    ruleId: rule,
    ruleIndex: used.findIndex(({ id }) => id === rule),
    level: levels[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: {
            startLine: range.start.line,
            startColumn: range.start.column,
            endLine: range.end.line,
            endColumn: range.end.column,
          },
        },
        logicalLocations: [{ fullyQualifiedName: pointer === '' ? '/' : pointer }],
      },
    ],
    ...(waiver === undefined ? {} : { suppressions: [suppression(waiver)] }),
    ...(cluster === undefined ? {} : { properties: { cluster } }),
  };
}

function suppression({ reason, expires }: FindingWaiver): object {
  return {
    kind: 'external',
    status: 'accepted',
    justification: reason,
    properties: { expires },
  };
}

/** A path as a relative URI: no part of it may be taken for a scheme, a host, a query or a fragment. */
function uriOf(file: string): string {
  return file
    .replace(/^\/+/, '/')
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd')))
    .join('/');
}
