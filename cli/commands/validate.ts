import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { matchesGlob } from '../../lib/config/glob.ts';
import { mapConcurrently } from '../../lib/flow/concurrency.ts';
import { discoverClusters } from '../../lib/kops/clusters.ts';
import type { Finding } from '../../lib/validation/finding.ts';
import { maxManifestBytes } from '../../lib/validation/manifest/read-manifest.ts';
import { readOtherClusters } from '../../lib/validation/store/cluster-files.ts';
import { validateCluster } from '../../lib/validation/store/validate-cluster.ts';
import { inOrder, type ManifestFile, validateManifests } from '../../lib/validation/validate-manifests.ts';
import { type KopsVersion, parseVersion } from '../../lib/validation/versions.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { CommandContext } from '../context.ts';
import { type ExitCode, exitCodes, usageError } from '../exit-codes.ts';
import { openLocation } from '../open-location.ts';
import { clusterOption } from '../options.ts';
import { writeFindings } from '../output/findings.ts';
import { findingFormats } from '../output/format.ts';
import type { Shell } from '../shell.ts';
import { openStateStore } from '../state-store.ts';

interface ValidateOptions {
  readonly state?: string;
  readonly cluster?: readonly string[];
  readonly failOn: 'error' | 'warning';
  readonly kopsVersion?: string;
}

/** Adds `validate`. */
export function addValidate(program: Command, shell: Shell): void {
  program
    .command('validate')
    .argument('[what...]', 'manifest files, - for stdin, directories, URLs, or stores of the configuration')
    .option('--state <store>', "the state store, as for kOps (default: KOPS_STATE_STORE, then kOps's own files)")
    .addOption(clusterOption())
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that ends with exit code 2')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .option('--kops-version <version>', 'judge as this kOps would (default: the kOps that wrote the store)')
    .description('Find what is wrong in clusters and manifests, before kOps does')
    .addHelpText('after', help)
    .action(shell.action(validate));
}

const help = `
Nothing is asked of any cloud. Rules of kOps speak in kOps's own words and field paths;
statesync explain RULE says more. Formats of findings, besides those of every command:\n${findingFormats.join(', ')}.

Examples:
  statesync validate
  statesync validate cluster.yaml instance-groups/*.yaml
  kops get --name prod.k8s.example.com -o yaml | statesync validate -
  statesync validate s3://acme-kops-state --cluster 'prod.*' -o sarif`;

/** What was looked at, and what was found. */
interface Looked {
  readonly files: readonly ManifestFile[];
  readonly findings: readonly Finding[];
  /** Objects of kOps's API that were seen. */
  readonly objects: number;
}

async function validate(
  context: CommandContext,
  places: readonly (string | undefined)[],
  options: ValidateOptions,
): Promise<ExitCode> {
  const kopsVersion = versionOf(options.kopsVersion);
  const given = places.flat().filter((place) => place !== undefined);
  if (given.length > 0 && options.state !== undefined) {
    throw usageError('WHAT and --state exclude each other: name one');
  }
  const { manifests, stores } = await sort(context, given);
  const looked: Looked[] =
    manifests.length === 0 ? [] : [{ files: manifests, ...validateManifests(manifests, { kopsVersion }) }];
  if (given.length === 0) {
    const store = await openStateStore(context, options.state);
    looked.push(await lookAtStore(context, { store, prefix: '', label: store.url }, options, kopsVersion));
  }
  for (const place of stores) {
    const { store, prefix } = await openLocation(context, place);
    looked.push(await lookAtStore(context, { store, prefix, label: place }, options, kopsVersion));
  }
  const findings = inOrder(looked.flatMap((one) => one.findings));
  const files = looked.flatMap((one) => one.files);
  if (looked.every(({ objects }) => objects === 0) && findings.length === 0) {
    throw usageError(
      `there is nothing of kOps in ${given.join(', ')}: no Cluster, InstanceGroup, Keyset or SSHCredential`,
    );
  }
  await writeFindings(context, findings, files);
  const failing = findings.some(
    ({ severity }) => severity === 'error' || (options.failOn === 'warning' && severity === 'warning'),
  );
  return failing ? exitCodes.differences : exitCodes.clean;
}

/** Tells files of manifests from stores: a directory is a store, as everywhere else. */
async function sort(
  context: CommandContext,
  places: readonly string[],
): Promise<{ readonly manifests: readonly ManifestFile[]; readonly stores: readonly string[] }> {
  const sorted = await Promise.all(
    places.map(async (place) => ({ place, manifest: await manifestAt(context, place) })),
  );
  return {
    manifests: sorted.flatMap(({ manifest }) => (manifest === undefined ? [] : [manifest])),
    stores: sorted.filter(({ manifest }) => manifest === undefined).map(({ place }) => place),
  };
}

async function manifestAt({ io }: CommandContext, place: string): Promise<ManifestFile | undefined> {
  if (place === '-') {
    return { file: '<stdin>', text: await readPiped(io.stdin) };
  }
  const path = resolve(io.cwd, place);
  const isFile = !place.includes('://') && (await stat(path).catch(() => undefined))?.isFile() === true;
  return isFile ? { file: place, text: await readFile(path, 'utf8') } : undefined;
}

async function readPiped(stdin: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin ?? []) {
    size += chunk.byteLength;
    chunks.push(chunk);
    if (size > maxManifestBytes) {
      break; // The reader of manifests says that it is too large.
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface Place {
  readonly store: Store;
  readonly prefix: string;
  readonly label: string;
}

/** Clusters looked at a time. */
const concurrency = 4;

async function lookAtStore(
  context: CommandContext,
  { store, prefix, label }: Place,
  { cluster: globs }: ValidateOptions,
  kopsVersion: KopsVersion | undefined,
): Promise<Looked> {
  const { signal } = context.io;
  const prefixes: string[] = [];
  const all: string[] = [];
  for await (const found of discoverClusters(store, { signal })) {
    all.push(found.prefix);
    const inside = found.prefix.startsWith(prefix);
    if (inside && (globs === undefined || globs.some((glob) => matchesGlob(glob, found.name)))) {
      prefixes.push(found.prefix);
    }
  }
  if (prefixes.length === 0) {
    // A directory of one cluster, which has no parent that is a store.
    const own = await store.find('config', { signal });
    if (own === undefined || globs !== undefined) {
      throw usageError(
        `there is no cluster in ${label}${globs === undefined ? '' : ` that ${globs.join(' or ')} means`}`,
      );
    }
    prefixes.push('');
  }
  const clusters = all.length > 1 ? await readOtherClusters(store, all, signal) : [];
  const now = new Date(context.io.clock.now());
  const reports = await mapConcurrently(prefixes, concurrency, async (one) => {
    const report = await validateCluster(store, one, { signal, kopsVersion, now, clusters });
    await context.note(`${one.slice(0, -1) || basename(label)}: ${report.findings.length} findings`);
    return report;
  });
  return {
    files: reports.flatMap(({ files }) => files),
    findings: reports.flatMap(({ findings }) => findings),
    objects: reports.reduce((sum, { objects }) => sum + objects, 0),
  };
}

function versionOf(text: string | undefined): KopsVersion | undefined {
  const version = text === undefined ? undefined : parseVersion(text);
  if (text !== undefined && version === undefined) {
    throw usageError(`--kops-version ${text}: a version is expected, like 1.36.2`);
  }
  return version;
}
