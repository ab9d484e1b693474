import { gateOf } from '../../lib/gate/gate-of.ts';
import { createReplicator } from '../../lib/replication/replicator.ts';
import { isVfsError, type VfsError } from '../../lib/vfs/errors.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit-codes.ts';
import { Progress } from '../output/progress.ts';
import { Report } from '../output/report.ts';
import { formatBytes, plural } from '../output/text.ts';
import { leasesFor } from './leases.ts';
import { isNews, needsAttention, Results } from './outcomes.ts';
import type { Plan } from './plan.ts';
import { syncShape } from './sync-report.ts';

/** Carries a plan out, or rehearses it, and writes what came of it. Resolves to the exit code. */
export async function carryOut(context: CommandContext, plan: Plan): Promise<ExitCode> {
  const { source, destination, survey, options } = plan;
  const dryRun = options.dryRun === true;
  const results = new Results();
  const report = new Report(syncShape, context.format, context.io.stdout);
  const isShown = context.format === 'table' && !dryRun ? needsAttention : isNews;
  const failure = await reconcile(context, plan, results, async (outcome) => {
    await (isShown(outcome) ? report.add(outcome) : undefined);
  });
  const { tally } = results;
  const aborted = context.io.signal.aborted && (failure?.code === 'Aborted' || results.aborted > 0);
  await report.end({
    from: source.url,
    to: destination.look.url,
    dryRun,
    aborted,
    counts: { ...tally.toJSON(), 'not-carried': survey.leftOut },
    bytesWritten: tally.bytesWritten,
  });
  if (tally.count('braked') > 0) {
    await context.warn('more deletes than allowed; if they are meant, raise --max-deletes or --max-pruned-backups');
  }
  await warnOfFindings(context, results);
  return aborted ? stopped(context, results, dryRun) : conclude(results, failure, dryRun);
}

/** Runs the reconcile, and resolves to what it failed with as a whole; undefined where it came to its end. */
async function reconcile(
  context: CommandContext,
  plan: Plan,
  results: Results,
  tell: (outcome: Parameters<Results['add']>[0]) => Promise<void>,
): Promise<VfsError | undefined> {
  const { io, quiet } = context;
  const { prefix, policy, source, survey, options } = plan;
  const { brake } = policy;
  const gate = gateOf(policy.gate, { waivers: plan.waivers, clock: io.clock });
  const { concurrency } = options;
  const total = survey.objects + survey.surplus + survey.leftOut;
  const progress = new Progress({ out: io.stderr, clock: io.clock, quiet, label: 'sync', total });
  const destination = await plan.destination.ready();
  const leases = await leasesFor(context, plan, destination);
  const replicator = createReplicator({
    ...{ source, destination, policy, brake, clock: io.clock, concurrency },
    ...(gate && { gate }),
    ...(leases && { leases }),
    unguarded: true, // By hand there is one writer; the user was told what that needs.
  });
  let told: Promise<void> = Promise.resolve();
  const report: Parameters<typeof replicator.reconcile>[1] = (outcome) => {
    results.add(outcome);
    told = told.then(async () => {
      await tell(outcome);
      await progress.step(`${results.changed} changed, ${formatBytes(results.tally.bytesWritten)}`);
    });
  };
  try {
    await replicator.reconcile(prefix, report, io.signal, { concurrency });
    return undefined;
  } catch (error) {
    if (isVfsError(error)) {
      return error;
    }
    throw error;
  } finally {
    await told;
    await progress.clear();
  }
}

/** Says what to do about configurations that the gate has something against. */
async function warnOfFindings(context: CommandContext, { tally, objections }: Results): Promise<void> {
  if (tally.count('held') > 0) {
    await context.warn(
      'held back by the gate, since kOps would refuse it; statesync validate FROM tells all that is wrong. Mend it in FROM and sync again, or copy it as it is with --gate warn',
    );
  }
  if (objections > 0) {
    const clusters = plural(objections, 'invalid configuration');
    await context.warn(
      `${clusters} copied; statesync validate FROM tells all that is wrong, and --gate enforce would hold it back`,
    );
  }
}

const goesOn = 'the same command goes on from here';

async function stopped(context: CommandContext, results: Results, dryRun: boolean): Promise<ExitCode> {
  const changed = dryRun
    ? 'nothing was changed'
    : `at least ${plural(results.changed, 'object')} changed, and ${goesOn}`;
  await context.warn(`stopped; ${changed}`);
  return results.changed > 0 && !dryRun ? exitCodes.partly : exitCodes.error;
}

function conclude(results: Results, failure: VfsError | undefined, dryRun: boolean): ExitCode {
  if (failure === undefined) {
    return results.exitCode(dryRun);
  }
  if (results.changed > 0 && !dryRun) {
    const changed = plural(results.changed, 'object');
    throw new CommandError(`${failure.message}; ${changed} changed, and ${goesOn}`, exitCodes.partly);
  }
  throw failure;
}
