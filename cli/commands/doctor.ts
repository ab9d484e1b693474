import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { matchesGlob } from '../../lib/config/glob.ts';
import { type Diagnosis, examineStore } from '../../lib/validation/bucket/examine-store.ts';
import { actionTexts, type StoreAction } from '../../lib/validation/bucket/role-needs.ts';
import { accessMissing } from '../../lib/validation/bucket/role-rules.ts';
import { type Finding, isOpen } from '../../lib/validation/finding.ts';
import type { StoreRole } from '../../lib/validation/rule.ts';
import { s3Schemes } from '../../lib/vfs/schemes.ts';
import type { Store } from '../../lib/vfs/store.ts';
import { parseStoreUrl } from '../../lib/vfs/store-url.ts';
import type { CommandContext } from '../context.ts';
import { isDirectory } from '../exists.ts';
import { type ExitCode, exitCodes, usageError } from '../exit-codes.ts';
import { locate } from '../open-location.ts';
import { clusterOption } from '../options.ts';
import { writeFindings } from '../output/findings.ts';
import { findingFormats } from '../output/format.ts';
import { plural } from '../output/text.ts';
import type { Shell } from '../shell.ts';
import { openStateStore } from '../state-store.ts';
import { withWaivers } from '../validate/waived.ts';
import { isFailing, versionOf } from './validate.ts';

interface DoctorOptions {
  readonly state?: string;
  readonly cluster?: readonly string[];
  readonly role?: StoreRole;
  readonly write?: boolean;
  readonly failOn: 'error' | 'warning';
  readonly kopsVersion?: string;
  readonly showWaived?: boolean;
}

/** Adds `doctor`. */
export function addDoctor(program: Command, shell: Shell): void {
  program
    .command('doctor')
    .argument('[store]', 'a URL, a directory, or STORE[/CLUSTER] of the configuration')
    .option('--state <store>', "the state store, as for kOps (default: KOPS_STATE_STORE, then kOps's own files)")
    .addOption(clusterOption())
    .addOption(
      new Option('--role <role>', 'what the store is for (default: as the routes say, else source)').choices([
        'source',
        'destination',
      ]),
    )
    .option('--write', 'try also what a destination is written by, with an object that is removed again')
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that ends with exit code 2')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .option('--kops-version <version>', 'judge as this kOps would (default: the kOps that wrote the store)')
    .option('--show-waived', 'also show what a waiver of the configuration accepts')
    .description('Examine a store: its clusters, how its bucket is set up, and what you may do there')
    .addHelpText('after', help)
    .action(shell.action(doctor));
}

const help = `
Finds what validate finds, and besides:
  - how the bucket is set up: lifecycle rules, which are tried on every key of the store, versioning,
    public access, ACLs, Object Lock, encryption. What the store does not tell is said, and never a pass
  - what the role needs, by doing it with your credentials: a source is listed and read, a destination
    also has its history listed. With --write an object is written under .statesync/, and removed again

Nothing is written without --write. Ends with 4 where something is denied that the role needs, which is
named as the provider's policies name it. Formats of findings, besides those of every command:
${findingFormats.join(', ')}.

Examples:
  statesync doctor
  statesync doctor s3://acme-kops-state
  statesync doctor replica --role destination --write
  statesync doctor prod -o markdown`;

/** What is examined. */
interface Patient {
  readonly store: Store;
  readonly prefix: string;
  readonly role: StoreRole;
}

async function doctor(
  context: CommandContext,
  [place]: readonly (string | undefined)[],
  options: DoctorOptions,
): Promise<ExitCode> {
  const { io } = context;
  const kopsVersion = versionOf(options.kopsVersion);
  const patient = await openPatient(context, place, options);
  if (options.write === true && patient.role === 'source') {
    throw usageError('--write tries what a destination is written by; add --role destination, or leave --write out');
  }
  const globs = options.cluster;
  const diagnosis = await examineStore({
    ...patient,
    ...(options.write === true ? { writeAs: randomUUID() } : {}),
    isMeant: (name) => globs === undefined || globs.some((glob) => matchesGlob(glob, name)),
    kopsVersion,
    acl: aclOf(context, patient.store),
    now: new Date(io.clock.now()),
    signal: io.signal,
  });
  refuseNoCluster(diagnosis, globs);
  await sayWhatWasTried(context, diagnosis, patient);
  const { findings } = await withWaivers(context, [{ ...diagnosis, store: undefined, objects: 0, instanceGroups: 0 }]);
  await writeFindings(context, findings, diagnosis.files, {
    showWaived: options.showWaived === true,
    command: 'doctor',
  });
  if (isDenied(findings)) {
    return exitCodes.access;
  }
  return findings.some((finding) => isFailing(finding, options.failOn)) ? exitCodes.differences : exitCodes.clean;
}

async function openPatient(
  context: CommandContext,
  place: string | undefined,
  { state, role, write = false }: DoctorOptions,
): Promise<Patient> {
  if (place === undefined) {
    if (write) {
      throw usageError('--write needs STORE: name the destination that is to be written to');
    }
    return { store: await openStateStore(context, state), prefix: '', role: role ?? 'source' };
  }
  if (state !== undefined) {
    throw usageError('STORE and --state exclude each other: name one');
  }
  const { definition, prefix, name } = await locate(context, place);
  const { scheme, root } = parseStoreUrl(definition.url);
  if (scheme === 'file' && !(await isDirectory(root))) {
    throw usageError(`there is no directory ${root}; make it first, or name another store`);
  }
  const store = await context.open(definition, { readOnly: !write });
  return {
    store,
    prefix: prefix === '' ? '' : `${prefix}/`,
    role: role ?? (await roleInRoutes(context, name)),
  };
}

/** A store that routes only lead to is a destination. */
async function roleInRoutes(context: CommandContext, name: string | undefined): Promise<StoreRole> {
  const config = name === undefined ? undefined : await context.config();
  const routes = config?.resolved.routes ?? [];
  const isSource = routes.some(({ from }) => from === name);
  return !isSource && routes.some(({ to }) => to.some(({ store }) => store === name)) ? 'destination' : 'source';
}

/** What kOps would send; it gives ACLs to objects of `s3://` only. */
function aclOf({ io }: CommandContext, { url }: Store): string | undefined {
  const acl = parseStoreUrl(url).scheme === 's3' ? io.env.KOPS_STATE_S3_ACL?.trim() : undefined;
  return acl === '' ? undefined : acl;
}

/** A name that is mistyped would pass for a cluster that is well. */
function refuseNoCluster({ clusters, findings }: Diagnosis, globs: DoctorOptions['cluster']): void {
  if (globs !== undefined && clusters.length === 0 && !isDenied(findings)) {
    throw usageError(`there is no cluster that ${globs.join(' or ')} means`);
  }
}

function isDenied(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.rule === accessMissing.id && isOpen(finding));
}

async function sayWhatWasTried(
  context: CommandContext,
  { clusters, tried }: Diagnosis,
  { store, role }: Patient,
): Promise<void> {
  const { scheme } = parseStoreUrl(store.url);
  const nameOf = (action: StoreAction) => {
    const { google, purpose } = actionTexts[action];
    return s3Schemes.has(scheme) ? action : scheme === 'gs' ? google : purpose;
  };
  const allowed = [...new Set(tried.flatMap(({ action, outcome }) => (outcome === 'allowed' ? nameOf(action) : [])))];
  const list = allowed.length === 0 ? 'nothing' : allowed.join(', ');
  await context.note(`${store.url} as a ${role}: ${plural(clusters.length, 'cluster')} validated; allowed: ${list}`);
}
