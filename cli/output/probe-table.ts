import type { Capabilities } from '../../lib/vfs/capabilities.ts';
import type { Flag } from '../../lib/vfs/probe-objects.ts';
import type { ChecksumAlgorithm } from '../../lib/vfs/types.ts';
import type { ReportShape } from './report.ts';
import { renderTable } from './table.ts';

/** One capability: what the driver declares, and what a probe found. Null where it was not tried. */
export interface ProbedCapability {
  readonly capability: Flag | 'writeVerifies';
  readonly declared: boolean | readonly ChecksumAlgorithm[];
  readonly honoured: boolean | readonly ChecksumAlgorithm[] | null;
}

/** The document that `store probe` writes, besides its capabilities. */
export interface ProbeSummary {
  readonly store: string;
  /** Whether all is honoured that the store's entry does not deny. */
  readonly honest: boolean;
  readonly guarantee: {
    readonly asSource: string;
    readonly asDestination: string;
    readonly missing: readonly string[];
  };
  /** What the store's entry pins; null where it pins nothing. */
  readonly pinned: Partial<Capabilities> | null;
  /** What is to be pinned. */
  readonly capabilities: Partial<Capabilities>;
}

/** How the findings of `store probe` are written. */
export const probeShape: ReportShape<ProbedCapability, ProbeSummary> = {
  kind: 'store-probe',
  itemKind: 'capability',
  itemsField: 'found',
  table: (items, summary) => `${table(items)}\n${guarantee(summary)}\n${pin(summary)}`,
};

function table(items: readonly ProbedCapability[]): string {
  const columns = [{ title: 'CAPABILITY' }, { title: 'DECLARED' }, { title: 'HONOURED' }];
  const rows = items.map(({ capability, declared, honoured }) => [
    capability,
    word(declared),
    wordFound(declared, honoured),
  ]);
  return renderTable(columns, rows);
}

function word(value: boolean | readonly string[]): string {
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  return value.length === 0 ? 'none' : value.join(', ');
}

function wordFound(declared: ProbedCapability['declared'], honoured: ProbedCapability['honoured']): string {
  if (honoured === null) {
    return declared === false ? '-' : 'not tried';
  }
  return word(honoured);
}

function guarantee({ guarantee: { asSource, asDestination, missing } }: ProbeSummary): string {
  const lines = [
    `as source       ${asSource}`,
    `as destination  ${asDestination}`,
    ...missing.map((reason) => `                ${reason}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The lines for the store's entry, as they are written there. */
function pin({ honest, pinned, capabilities }: ProbeSummary): string {
  if (pinned !== null && honest) {
    return Object.keys(pinned).length === Object.keys(capabilities).length
      ? 'The entry in statesync.yaml pins just this.\n'
      : `The entry in statesync.yaml denies more than this, which is all that it needs:\n${lines(capabilities)}`;
  }
  return `For the store's entry in statesync.yaml:\n${lines(capabilities)}`;
}

function lines(capabilities: Partial<Capabilities>): string {
  const entries = Object.entries(capabilities).map(([name, value]) => `      ${name}: ${JSON.stringify(value)}\n`);
  return entries.length === 0 ? '    capabilities: {}\n' : `    capabilities:\n${entries.join('')}`;
}
