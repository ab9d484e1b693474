import { hostname } from 'node:os';
import { Leases } from '../../lib/control/leases.ts';
import { openControl } from '../../lib/control/open-control.ts';
import { guaranteeOf } from '../../lib/replication/guarantee.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { CommandContext } from '../context.ts';
import type { Plan } from './plan.ts';

/**
 * The leases that keep other workers away from TO meanwhile; undefined where its own conditions do, and in a rehearsal.
 *
 * Where none can be had, the user is told, unless the plan has said so already.
 */
export async function leasesFor(context: CommandContext, plan: Plan, destination: Store): Promise<Leases | undefined> {
  const { source, control, options, destination: planned } = plan;
  const { writes, conditionsMissing } = guaranteeOf(source, destination);
  if (writes === 'cas' || options.dryRun === true) {
    return undefined;
  }
  if (control === undefined) {
    const isNews = guaranteeOf(source, planned.look).writes === 'cas';
    await (isNews ? warnOfOthers(context, conditionsMissing) : undefined);
    return undefined;
  }
  const { env: environment, clock, signal } = context.io;
  const open = (definition: typeof control) => context.open(definition, { readOnly: false });
  const store = await openControl(control, { environment, open, shared: false, signal });
  return new Leases({ control: store, clock, holder: `statesync sync on ${hostname()}, process ${process.pid}` });
}

/** Tells the user that nothing keeps others from TO. */
export async function warnOfOthers(context: CommandContext, missing: readonly string[]): Promise<void> {
  await context.warn(`make sure that nobody else writes TO meanwhile: ${missing.join('; ')}`);
}
