import { type Command, Option } from 'commander';
import { type Finding, isOpen } from '../../lib/validation/finding.ts';
import { type KopsVersion, parseVersion } from '../../lib/validation/versions.ts';
import type { CommandContext } from '../context.ts';
import { type ExitCode, exitCodes, usageError } from '../exit-codes.ts';
import { clusterOption } from '../options.ts';
import { writeFindings } from '../output/findings.ts';
import { findingFormats } from '../output/format.ts';
import type { Shell } from '../shell.ts';
import { type Looked, look } from '../validate/look.ts';
import { mend } from '../validate/mend.ts';
import { withWaivers } from '../validate/waived.ts';

interface ValidateOptions {
  readonly state?: string;
  readonly cluster?: readonly string[];
  readonly failOn: 'error' | 'warning';
  readonly kopsVersion?: string;
  readonly showWaived?: boolean;
  readonly fix?: boolean;
  readonly yes?: boolean;
}

/** Adds `validate`. */
export function addValidate(program: Command, shell: Shell): void {
  program
    .command('validate')
    .argument('[what...]', 'manifest files or directories of them, - for stdin, URLs, or stores of the configuration')
    .option('--state <store>', "the state store, as for kOps (default: KOPS_STATE_STORE, then kOps's own files)")
    .addOption(clusterOption())
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that ends with exit code 2')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .option('--kops-version <version>', 'judge as this kOps would (default: the kOps that wrote the store)')
    .option('--show-waived', 'also show what a waiver of the configuration accepts')
    .option('--fix', 'mend what can be mended with certainty, after showing the change')
    .option('-y, --yes', 'with --fix: do not ask')
    .description('Find what is wrong in clusters and manifests, before kOps does')
    .addHelpText('after', help)
    .action(shell.action(validate));
}

const help = `
Nothing is asked of any cloud. Rules of kOps speak in kOps's own words and field paths;
statesync explain RULE says more. Formats of findings, besides those of every command:\n${findingFormats.join(', ')}.

What a waiver of statesync.yaml accepts counts for nothing until its last day; programs see it marked.
--fix keeps comments and layout. It writes a file only if nobody else has written it since it was judged
(else it ends with 5), and never a cluster: kops update cluster does that.

Examples:
  statesync validate
  statesync validate cluster.yaml instance-groups/*.yaml
  statesync validate ./clusters
  kops get --name prod.k8s.example.com -o yaml | statesync validate -
  statesync validate s3://acme-kops-state --cluster 'prod.*' -o sarif
  statesync validate cluster.yaml --fix`;

async function validate(
  context: CommandContext,
  places: readonly (string | undefined)[],
  options: ValidateOptions,
): Promise<ExitCode> {
  const given = places.flat().filter((place) => place !== undefined);
  refuseContradictions(given, options);
  const lookAgain = async () => {
    const { state, cluster } = options;
    const named = { ...(state === undefined ? {} : { state }), ...(cluster === undefined ? {} : { cluster }) };
    return withWaivers(context, await look(context, given, { ...named, kopsVersion: versionOf(options.kopsVersion) }));
  };
  const first = await lookAgain();
  if (first.looked.every(({ objects, findings }) => objects === 0 && findings.length === 0)) {
    throw usageError(
      `there is nothing of kOps in ${given.map((place) => (place === '-' ? '<stdin>' : place)).join(', ')}: no Cluster, InstanceGroup, Keyset or SSHCredential`,
    );
  }
  const judged = judgedIn(first.looked);
  if (judged.clusters === 0 && judged.instanceGroups > 0) {
    await context.note(groupsAlone);
  }
  const mended = options.fix === true ? await mend(context, first.looked, { yes: options.yes === true }) : undefined;
  const { looked, findings } = mended !== undefined && mended.written > 0 ? await lookAgain() : first;
  await writeFindings(
    context,
    findings,
    looked.flatMap(({ files }) => files),
    { showWaived: options.showWaived === true, judged },
  );
  if (mended !== undefined && mended.conflicts > 0) {
    return exitCodes.conflict;
  }
  return findings.some((finding) => isFailing(finding, options.failOn)) ? exitCodes.differences : exitCodes.clean;
}

const groupsAlone =
  'instance groups without their cluster: name its manifest too, since subnets, etcd members and the cloud are checked against it';

function judgedIn(looked: readonly Looked[]): { readonly clusters: number; readonly instanceGroups: number } {
  return {
    clusters: looked.reduce((sum, { clusters }) => sum + clusters.length, 0),
    instanceGroups: looked.reduce((sum, { instanceGroups }) => sum + instanceGroups, 0),
  };
}

function refuseContradictions(given: readonly string[], { state, fix, yes }: ValidateOptions): void {
  if (given.length > 0 && state !== undefined) {
    throw usageError('WHAT and --state exclude each other: name one');
  }
  if (yes === true && fix !== true) {
    throw usageError('--yes belongs to --fix, which writes; without it there is nothing to ask');
  }
  if (fix === true && given.includes('-')) {
    throw usageError('what is piped in cannot be written back; name the file, or leave --fix out');
  }
}

/** Whether a finding is one to fail for, since no waiver accepts it. */
export function isFailing(finding: Finding, failOn: ValidateOptions['failOn']): boolean {
  const { severity } = finding;
  return isOpen(finding) && (severity === 'error' || (failOn === 'warning' && severity === 'warning'));
}

/** The version of kOps that `--kops-version` names. Throws a usage error. */
export function versionOf(text: string | undefined): KopsVersion | undefined {
  const version = text === undefined ? undefined : parseVersion(text);
  if (text !== undefined && version === undefined) {
    throw usageError(`--kops-version ${text}: a version is expected, like 1.36.2`);
  }
  return version;
}
