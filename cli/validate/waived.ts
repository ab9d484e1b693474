import type { Finding } from '../../lib/validation/finding.ts';
import { inOrder } from '../../lib/validation/validate-manifests.ts';
import { applyWaivers, waiverFindings } from '../../lib/validation/waivers.ts';
import type { CommandContext } from '../context.ts';
import type { Looked } from './look.ts';

/** What was looked at, judged by the waivers of the configuration. */
export interface Judged {
  /** With those findings marked that a waiver accepts. */
  readonly looked: readonly Looked[];
  /** All of it in order, and what there is to say of the waivers themselves. */
  readonly findings: readonly Finding[];
}

/** Judges by the waivers of the configuration, where there is one. */
export async function withWaivers(context: CommandContext, looked: readonly Looked[]): Promise<Judged> {
  const config = await context.config();
  const waivers = config?.resolved.waivers ?? [];
  const now = new Date(context.io.clock.now());
  const marked = looked.map((one) => ({ ...one, findings: applyWaivers(one.findings, waivers, now) }));
  const placeOf = (index: number) => {
    const { line, column } = config?.parsed.source.positionOf(['waivers', index]) ?? { line: 1, column: 1 };
    return { file: config?.path ?? '', range: { start: { line, column }, end: { line, column: column + 1 } } };
  };
  const ofWaivers = waiverFindings(
    marked.flatMap(({ findings }) => findings),
    waivers,
    {
      now,
      looked: {
        clusters: looked.flatMap(({ clusters }) => clusters),
        files: looked.flatMap(({ files }) => files.map(({ file }) => file)),
      },
      placeOf,
    },
  );
  return { looked: marked, findings: inOrder([...marked.flatMap(({ findings }) => findings), ...ofWaivers]) };
}
