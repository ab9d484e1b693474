import { type Command, Option } from 'commander';
import { defaultBrake, defaultGate, gateModes } from '../../lib/config/defaults.ts';
import type { CommandContext } from '../context.ts';
import { type ExitCode, exitCodes, usageError } from '../exit-codes.ts';
import { classOption, clusterOption, numberOption } from '../options.ts';
import type { Shell } from '../shell.ts';
import { carryOut } from '../sync/carry-out.ts';
import { makePlan, mayChange, type SyncOptions, tellPlan } from '../sync/plan.ts';

/** Adds `sync`. */
export function addSync(program: Command, shell: Shell): void {
  program
    .command('sync')
    .argument('<from>', 'a URL, a directory, or STORE[/CLUSTER] of the configuration; only read')
    .argument('<to>', 'the store that is made equal to it')
    .addOption(clusterOption())
    .addOption(classOption('--class <class>', 'only objects of these classes, separated by commas'))
    .addOption(classOption('--exclude-class <class>', 'no objects of these classes'))
    .addOption(
      new Option(
        '--sensitive <choice>',
        'whether keys and secrets go to another provider, or where nothing is known to encrypt them',
      ).choices(['include', 'exclude']),
    )
    .option('--delete', 'also delete what only TO has, where its class is not one that replicas keep')
    .addOption(numberOption('--max-deletes <n>', brakeHelp('deletes', defaultBrake.deletes), 0))
    .addOption(numberOption('--max-pruned-backups <n>', brakeHelp('pruned backups', defaultBrake.prunedBackups), 0))
    .addOption(
      new Option(
        '--gate <mode>',
        `what becomes of a cluster's configuration that kOps would refuse (default: the route's, or ${defaultGate})`,
      ).choices(gateModes),
    )
    .option('--dry-run', 'tell what would be written and deleted, and change nothing')
    .option('-y, --yes', 'do not ask')
    .addOption(numberOption('--concurrency <n>', 'groups of objects in flight', 1).default(16))
    .description('Make one store equal to another, once and by hand')
    .addHelpText('after', help)
    .action(shell.action(sync));
}

function brakeHelp(what: string, limit: number): string {
  return `with more ${what} in one cluster, none is carried out (default: the route's, or ${limit})`;
}

const help = `
Only what differs is copied, under a condition, so that a change that comes in between is never lost.
Keys keep their places: STORE/CLUSTER on one side is that cluster in both stores. Where a route of the
configuration leads from FROM to TO, its classes, clusters, deletes and brake hold, and the options only
narrow it; but --gate, --max-deletes and --max-pruned-backups win over it. A command to etcd-manager
(_command.json) is never copied. After an interruption the same command goes on where it ended.

A configuration that is about to change TO is judged first: --gate enforce holds back what is invalid,
warn copies it and ends with 2, off judges nothing. statesync validate FROM tells all that is wrong.

Ends with 2 after a dry run that would change something, where objects were held back, and where what was
copied is invalid; with 6 where some of the work is done and some is not.

Examples:
  statesync sync s3://acme-kops-state s3://acme-kops-replica --dry-run
  statesync sync prod replica --cluster k8s.example.com --delete --yes
  statesync sync prod/k8s.example.com ./working-copy --class config,instance-group`;

async function sync(
  context: CommandContext,
  [from = '', to = '']: readonly (string | undefined)[],
  options: SyncOptions & { readonly yes?: boolean },
): Promise<ExitCode> {
  const { ask } = context.io;
  const asks = options.dryRun !== true && options.yes !== true;
  if (asks && ask === undefined) {
    throw usageError('nobody can be asked here; add --yes to carry it out, or --dry-run to see what would happen');
  }
  const plan = await makePlan(context, from, to, options);
  await tellPlan(context, plan, asks ? 'always' : 'unless quiet');
  if (asks && mayChange(plan)) {
    const answer = await ask?.('Carry this out? [y/N] ');
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) {
      await context.note('Nothing was changed.');
      return exitCodes.error;
    }
  }
  return carryOut(context, plan);
}
