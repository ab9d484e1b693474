import type { Command } from 'commander';
import type { Location } from '../../lib/config/location.ts';
import type { KeyInfo } from '../../lib/kops/layout.ts';
import { defaultDeletePolicy, objectClasses } from '../../lib/kops/object-class.ts';
import { type Verdict, VerdictCounts, type VerdictKind, verdictSigns } from '../../lib/verification/verdict.ts';
import { verifyStores } from '../../lib/verification/verify.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, type ExitCode, exitCodeOf, exitCodes } from '../exit-codes.ts';
import { createFilter, type FilterOptions, isMeant } from '../filter.ts';
import { locatePair } from '../locate-pair.ts';
import { classOption, clusterOption, numberOption } from '../options.ts';
import type { Paint, Style } from '../output/paint.ts';
import { Progress } from '../output/progress.ts';
import { Report, type ReportShape } from '../output/report.ts';
import { plural, printable } from '../output/text.ts';
import type { Shell } from '../shell.ts';

interface VerifyCommandOptions extends FilterOptions {
  readonly fast?: boolean;
  readonly allowRetained?: boolean;
  readonly all?: boolean;
  readonly concurrency: number;
}

/** Adds `verify`. */
export function addVerify(program: Command, shell: Shell): void {
  program
    .command('verify')
    .argument('<a>', 'a URL, a directory, or STORE[/CLUSTER] of the configuration')
    .argument('<b>', 'what is compared with it')
    .addOption(clusterOption())
    .addOption(classOption('--class <class>', 'only objects of these classes, separated by commas'))
    .addOption(classOption('--exclude-class <class>', 'no objects of these classes'))
    .option('--fast', 'digests that both stores hold are enough; what they do not decide is read')
    .option('--allow-retained', 'what only B has is no difference where replicas keep it after a delete')
    .option('--all', 'also the keys that are the same')
    .addOption(numberOption('--concurrency <n>', 'keys compared at a time', 1).default(8))
    .description('Prove that two stores hold the same, by reading both')
    .addHelpText('after', help)
    .action(shell.action(verify));
}

const retainedClasses = objectClasses.filter((name) => defaultDeletePolicy[name] === 'retain');

const help = `
Each key has a sign, as in rclone check:
  = the same     * differs     + only in A     - only in B     ! could not be read
  ~ no difference, though one side alone has it: A what is never replicated (etcd-command); B what is kept
    after a delete (${retainedClasses.join(', ')}), with --allow-retained

Both sides are read, and the SHA-256 of their bytes compared; nothing that a replication wrote about
itself is believed. STORE/CLUSTER on one side is meant on both. Ends with 2 where something differs.

Examples:
  statesync verify s3://acme-kops-state s3://acme-kops-replica
  statesync verify prod replica --cluster '*.k8s.example.com' --allow-retained
  statesync verify prod/k8s.example.com ./working-copy --class config,instance-group`;

interface VerifySummary {
  readonly a: string;
  readonly b: string;
  readonly equal: boolean;
  readonly counts: Readonly<Record<VerdictKind, number>>;
}

async function verify(
  context: CommandContext,
  [a = '', b = '']: readonly (string | undefined)[],
  options: VerifyCommandOptions,
): Promise<ExitCode> {
  const filter = createFilter(options);
  const pair = await locatePair(context, a, b);
  const [left, right] = await Promise.all([openSide(context, pair.from), openSide(context, pair.to)]);
  const counts = new VerdictCounts();
  const failures: (Verdict & { readonly kind: 'error' })[] = [];
  const report = new Report(shapeFor(context.paint), context.format, context.io.stdout);
  const progress = progressFor(context);
  const markers = { a: 0, b: 0 };
  const { fast = false, allowRetained = false, concurrency } = options;
  const verdicts = verifyStores(left, right, {
    ...{
      signal: context.io.signal,
      prefix: pair.prefix,
      includes: (info: KeyInfo) => isMeant(filter, info),
      fast,
      allowRetained,
      concurrency,
    },
    onMarker: (side) => {
      markers[side] += 1;
    },
  });
  for await (const verdict of verdicts) {
    counts.add(verdict);
    if (verdict.kind === 'error') {
      failures.push(verdict);
    }
    if (verdict.kind !== 'same' || options.all === true) {
      await progress.clear();
      await report.add(verdict);
    }
    await progress.step(plural(counts.differences, 'difference'));
  }
  await progress.clear();
  await report.end({ a: left.url, b: right.url, equal: counts.equal, counts: counts.toJSON() });
  await noteMarkers(context, markers);
  return conclude(counts, failures, left, right);
}

function openSide(context: CommandContext, { definition }: Location): Promise<Store> {
  return context.open(definition, { readOnly: true });
}

function progressFor({ io, quiet, format }: CommandContext): Progress {
  // A bar below lines of one terminal would be torn by each of them.
  const torn = io.stdout.isTTY && (format === 'table' || format === 'jsonl');
  return new Progress({ out: io.stderr, clock: io.clock, quiet: quiet || torn, label: 'verify', total: undefined });
}

async function noteMarkers(
  context: CommandContext,
  markers: { readonly a: number; readonly b: number },
): Promise<void> {
  if (markers.a + markers.b > 0) {
    await context.note(
      `names that no object can have (markers of directories) left out: ${markers.a} in A, ${markers.b} in B`,
    );
  }
}

/** The exit code. Nothing compared is no proof of anything, so it is an error. */
function conclude(
  counts: VerdictCounts,
  failures: readonly (Verdict & { readonly kind: 'error' })[],
  { url: a }: Store,
  { url: b }: Store,
): ExitCode {
  if (counts.differences > 0) {
    return exitCodes.differences;
  }
  const [failure] = failures;
  if (failure !== undefined) {
    return exitCodeOf(failure.code);
  }
  if (counts.count('same') === 0) {
    throw new CommandError(
      `nothing was compared: ${a} and ${b} have no object in common that was asked for; check both names and the filters`,
    );
  }
  return exitCodes.clean;
}

const styles: Readonly<Partial<Record<VerdictKind, Style>>> = {
  differs: 'red',
  'only-in-a': 'red',
  'only-in-b': 'yellow',
  error: 'red',
  same: 'green',
};

function shapeFor(paint: Paint): ReportShape<Verdict, VerifySummary> {
  return {
    kind: 'verification',
    itemKind: 'verdict',
    itemsField: 'keys',
    line: (verdict) => {
      const style = styles[verdict.kind];
      const sign = verdictSigns[verdict.kind];
      const reason = 'reason' in verdict ? `  (${printable(verdict.reason)})` : '';
      return `${style === undefined ? sign : paint(style, sign)} ${printable(verdict.key)}${reason}`;
    },
    table: (_, { counts, equal }) => {
      const aside = counts.retained + counts['never-replicated'];
      const parts = [
        `= ${counts.same} the same`,
        `* ${counts.differs} differ`,
        `+ ${counts['only-in-a']} only in A`,
        `- ${counts['only-in-b']} only in B`,
        `! ${plural(counts.error, 'error')}`,
        ...(aside === 0 ? [] : [`~ ${counts.retained} retained, ${counts['never-replicated']} never replicated`]),
      ];
      return `${parts.join('   ')}\n${equal ? 'equal' : 'not equal'}\n`;
    },
  };
}
