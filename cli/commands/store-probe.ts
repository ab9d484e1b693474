import type { Command } from 'commander';
import { guaranteeOf } from '../../lib/replication/guarantee.ts';
import type { Capabilities } from '../../lib/vfs/capabilities.ts';
import { capabilityMeanings } from '../../lib/vfs/capability-meanings.ts';
import { denialsOf, isDenied } from '../../lib/vfs/denials.ts';
import { compose } from '../../lib/vfs/driver.ts';
import { limited } from '../../lib/vfs/layers/limited.ts';
import { probeStore } from '../../lib/vfs/probe.ts';
import type { Flag } from '../../lib/vfs/probe-objects.ts';
import { Store } from '../../lib/vfs/store.ts';
import { parseStoreUrl } from '../../lib/vfs/store-url.ts';
import type { CommandContext } from '../context.ts';
import { isDirectory } from '../exists.ts';
import { type ExitCode, exitCodes, usageError } from '../exit-codes.ts';
import { locate } from '../open-location.ts';
import { type ProbedCapability, type ProbeSummary, probeShape } from '../output/probe-table.ts';
import { Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';

/** Adds `store probe`. */
export function addStoreProbe(program: Command, shell: Shell): void {
  program
    .command('store')
    .description('Look at what a store can do')
    .command('probe')
    .argument('<store>', 'a URL, a directory, or a store of the configuration; it is written to')
    .description('Find out by doing what a store honours of what it promises')
    .addHelpText('after', help)
    .action(shell.action(probe));
}

const help = `
Stores that are like Amazon S3 accept conditions and checksums that they then ignore. This tries each of
them, under .statesync/probe-… of the store, and removes what it made. Objects of about 5 MiB are among
them where the store takes objects in parts.

What is not honoured is written as the lines to add to the store's entry in statesync.yaml: from then on
nothing relies on it, and sync does not probe again where a condition of changes is among them. Of a
store that has them already, all is tried anew.

Ends with 2 where something is not honoured that the store's entry does not deny.

Examples:
  statesync store probe s3://acme-kops-state
  statesync store probe replica
  statesync store probe do://acme-kops-state -o yaml`;

async function probe(context: CommandContext, [text = '']: readonly (string | undefined)[]): Promise<ExitCode> {
  const { definition, prefix, name } = await locate(context, text);
  if (prefix !== '') {
    throw usageError(`${text} names a cluster; a store is expected, such as ${name}`);
  }
  const { scheme, root } = parseStoreUrl(definition.url);
  if (scheme === 'file' && !(await isDirectory(root))) {
    throw usageError(`there is no directory ${root}; make it first, or name another store`);
  }
  const { capabilities: pinned, ...unpinned } = definition;
  const store = await context.open(unpinned, { readOnly: false });
  await context.note(`probing ${store.url}; no object of it is left behind`);
  const found = await probeStore(store.driver, { signal: context.io.signal });
  const denials = denialsOf(store.capabilities, found);
  const report = new Report(probeShape, context.format, context.io.stdout);
  for (const item of itemsOf(store.capabilities, found)) {
    await report.add(item);
  }
  const honest = Object.entries(denials).every((denial) => isDenied(pinned ?? {}, denial));
  const capabilities = { ...untried(pinned ?? {}, found), ...denials };
  await report.end({
    store: store.url,
    honest,
    guarantee: await guaranteeFor(store, capabilities),
    pinned: pinned ?? null,
    capabilities,
  });
  return honest ? exitCodes.clean : exitCodes.differences;
}

/** What an entry pins that no probe can find out: limits, how a store lists, whether it may answer with an older revision. */
function untried(pinned: Partial<Capabilities>, found: Partial<Capabilities>): Partial<Capabilities> {
  return Object.fromEntries(Object.entries(pinned).filter(([name]) => !Object.hasOwn(found, name)));
}

function itemsOf(declared: Capabilities, found: Partial<Capabilities>): readonly ProbedCapability[] {
  const flags = (Object.keys(capabilityMeanings) as Flag[]).map((capability) => ({
    capability,
    declared: declared[capability],
    honoured: found[capability] ?? null,
  }));
  const { writeVerifies = null } = found;
  return [...flags, { capability: 'writeVerifies', declared: declared.writeVerifies, honoured: writeVerifies }];
}

/** What a pair promises of which this store is one half, and the other keeps every promise. */
async function guaranteeFor(store: Store, denials: Partial<Capabilities>): Promise<ProbeSummary['guarantee']> {
  const { createMemoryDriver } = await import('../../lib/vfs/memory/driver.ts');
  const real = new Store(compose(store.driver, limited(denials)));
  const ideal = new Store(createMemoryDriver());
  const [asSource, asDestination] = [guaranteeOf(real, ideal), guaranteeOf(ideal, real)];
  const missing = [...new Set([...asSource.missing, ...asDestination.missing])];
  return { asSource: asSource.guarantee, asDestination: asDestination.guarantee, missing };
}
