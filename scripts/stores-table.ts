import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guaranteeOf } from '../lib/replication/guarantee.ts';
import type { Capabilities } from '../lib/vfs/capabilities.ts';
import { capabilityMeanings } from '../lib/vfs/capability-meanings.ts';
import { compose } from '../lib/vfs/driver.ts';
import { limited } from '../lib/vfs/layers/limited.ts';
import { memoryCapabilities } from '../lib/vfs/memory/capabilities.ts';
import { createMemoryDriver } from '../lib/vfs/memory/driver.ts';
import type { Flag } from '../lib/vfs/probe-objects.ts';
import { s3Capabilities } from '../lib/vfs/s3/capabilities.ts';
import { Store } from '../lib/vfs/store.ts';
import { type LastRun, readLastRun, type ServerRecord } from '../test/servers/last-run.ts';
import { type KnownServer, knownServer } from '../test/servers/s3/quirks.ts';
import { storeColumns } from './store-columns.ts';

// Writes docs/stores.md: what the drivers declare, and what the last run of `npm run test:servers` found.

const columns = storeColumns;

/** The page, from what is known of the last runs. */
export function storesPage(lastRun: LastRun): string {
  return `# Stores

<!-- Written by scripts/stores-table.ts; \`npm run test:servers\` renews it. -->

What each store can do, as its driver declares it. The conformance suite tests every yes, and that every no is refused before anything is sent.

Stores that are compatible with S3 may keep less than the API promises, and some take a condition and ignore it. What real servers were seen to do
stands below; \`npm run test:servers\` finds it out of any store that \`STATESYNC_TEST_S3_ENDPOINT\` names (see CONTRIBUTING.md). The drivers know
no server by its name.

## What each can do

${capabilityTable()}
## Guarantees

\`cas\`: many workers may replicate at once, in any order, and a replica never goes back to an older revision. \`leased\`: the destination lacks a
condition, and workers take turns by leases in the control store (\`control:\` of the configuration); without one, one writer at a time replicates by
hand (\`statesync sync\`). \`eventual\`: the store may answer with an older revision for a while; a replica may stay behind until the next
reconcile, and never goes back to it (docs/decisions/0011).

${table(['', ...columns.map(({ title }) => title)], guaranteeRows())}
## Limits

${table(['', ...columns.map(({ title }) => title)], limitRows())}
## Credentials

${table(
  ['store', 'where credentials come from'],
  columns.map(({ title, credentials }) => [title, credentials]),
)}
## Metadata

What a replica carries beside the content. Nothing is dropped in silence: what a store cannot hold ends the object as \`failed\`, with the reason.

${table(
  ['store', 'user metadata'],
  columns.map(({ title, metadata }) => [title, metadata]),
)}
## Settings

\`statesync doctor\` asks how a bucket is set up: Amazon S3 and what is compatible with it, one question a setting, and Google Cloud Storage. A setting that a
compatible store does not tell is said to be unknown, and so are all of the other kinds of stores, which are not asked.

## What they were last run against

\`npm test\` runs the conformance suite on memory, on a temporary directory, on the embedded S3, whose contract is tested too, on Azurite, and on
servers on loopback that were written to the documentation of Google Cloud Storage, Swift, OSS, Vault and Kubernetes. What \`npm run test:servers\` last
ran against real servers:

${lastRunTable(lastRun)}
${amazonSentence(lastRun)}

${Object.entries(lastRun).map(findings).join('\n')}`
    .trimEnd()
    .concat('\n');
}

/** The README with its short table of stores renewed. */
export function readmeWithStores(readme: string): string {
  const rows = columns.map(({ title, what, capabilities }) => [
    title,
    what,
    asSource(capabilities),
    asDestination(capabilities),
  ]);
  const short = table(['store', 'what it is', 'as source', 'as destination'], rows);
  return readme.replace(/(<!-- stores -->\n)[\s\S]*?(<!-- \/stores -->)/, `$1${short}$2`);
}

/** Writes the page and the README's table anew. */
export function writeStoresPage(): void {
  writeFileSync(join(import.meta.dirname, '../docs/stores.md'), storesPage(readLastRun()));
  const readme = join(import.meta.dirname, '../README.md');
  writeFileSync(readme, readmeWithStores(readFileSync(readme, 'utf8')));
}

function capabilityTable(): string {
  const rows = (Object.keys(capabilityMeanings) as Flag[]).map((flag) => [
    `\`${flag}\``,
    capabilityMeanings[flag],
    ...columns.map(({ capabilities }) => (capabilities[flag] ? 'yes' : 'no')),
  ]);
  const lists = [
    [
      '`statChecksums`',
      'digests that it tells',
      ...columns.map(({ capabilities }) => capabilities.statChecksums.join(', ')),
    ],
    [
      '`writeVerifies`',
      'digests that it checks',
      ...columns.map(({ capabilities }) => capabilities.writeVerifies.join(', ')),
    ],
  ];
  const kinds = ['', 'what it is', ...columns.map(({ what }) => what)];
  return table(['capability', 'a store that has it', ...columns.map(({ title }) => title)], [kinds, ...rows, ...lists]);
}

function guaranteeRows(): readonly (readonly string[])[] {
  return [
    ['as source', ...columns.map(({ capabilities }) => asSource(capabilities))],
    ['as destination', ...columns.map(({ capabilities }) => asDestination(capabilities))],
  ];
}

function limitRows(): readonly (readonly string[])[] {
  const row = (name: string, of: (capabilities: Capabilities) => string) => [
    name,
    ...columns.map(({ capabilities }) => of(capabilities)),
  ];
  return [
    row('largest object', ({ maxObjectSize }) => bytes(maxObjectSize)),
    row('largest single write', ({ maxWriteSize }) => bytes(maxWriteSize)),
    row('longest key', ({ maxKeyBytes }) => bytes(maxKeyBytes)),
    row('parts', partsOf),
  ];
}

function partsOf({ multipart, parts: { minSize, maxSize, maxCount } }: Capabilities): string {
  const sizes = maxSize === Number.MAX_SAFE_INTEGER ? 'any size' : `${bytes(minSize)} to ${bytes(maxSize)}`;
  return multipart ? `${maxCount.toLocaleString('en')} of ${sizes}` : '–';
}

function lastRunTable(lastRun: LastRun): string {
  const rows = Object.values(lastRun).flatMap(({ store, title, version, date, suites }) =>
    Object.entries(suites).map(([suite, { passed, deviations, failed }]) => [
      `\`${store}\``,
      `${title} ${version}`,
      date,
      suite,
      `${passed}`,
      `${deviations}`,
      `${failed}`,
    ]),
  );
  return table(['store', 'server', 'on', 'suite', 'passed', 'known to fail', 'failed'], rows);
}

/** What no run of the suites has reached, whatever is recorded. */
const neverRun =
  "The services of Google, Azure and Alibaba Cloud themselves: never run. OSS has no emulator: it was run against nothing but our own server. By hand, once, with the drivers as they are now: Google's storage-testbench 0.63 (118 passed, 5 known to fail) and fake-gcs-server 1.56 (226, 3), Kubernetes 1.34.1 with etcd 3.4 (224, 0); `STATESYNC_TEST_…` of CONTRIBUTING.md runs them again.";

function amazonSentence(lastRun: LastRun): string {
  const run = Object.values(lastRun).some(({ version }) => version === '(Amazon S3)');
  return [
    ...(run ? [] : ['Amazon S3 itself, and any other store that is compatible with it: never run.']),
    neverRun,
  ].join('\n\n');
}

function findings([name, record]: [string, ServerRecord]): string {
  if (record.store !== 's3://') {
    const counts = Object.values(record.suites).reduce((sum, { deviations }) => sum + deviations, 0);
    const listed =
      counts === 0
        ? 'Nothing is known to fail.'
        : `What is known to fail (${counts}) is listed with its reasons in test/servers.`;
    return `### ${record.title} ${record.version}\n\n${listed}\n`;
  }
  const { buckets: known = {}, retried, oneAtATime }: Partial<KnownServer> = knownServer(name) ?? {};
  const conditions = [
    ...(retried === undefined ? [] : [`Its suites send what failed in passing once more: it ${retried}.`, '']),
    ...(oneAtATime === undefined ? [] : [`Its suites send one request at a time: it ${oneAtATime}.`, '']),
  ];
  const buckets = Object.entries(record.notHonoured).map(([kind, flags]) => {
    const { notHonoured = {}, deviations = {}, amazon = false } = known[kind] ?? {};
    const without = Object.fromEntries(flags.map((flag) => [flag, flag === 'writeVerifies' ? [] : false]));
    const left = { ...s3Capabilities(amazon), ...without } as Capabilities;
    const reasons = flags.map((flag) => `- no \`${flag}\`: it ${notHonoured[flag as Flag] ?? 'does not honour it'}`);
    const failures = Object.entries(deviations).map(([test, instead]) => `- “${test}” fails: it ${instead}`);
    const guarantee = `As source ${asSource(left)}, as destination ${asDestination(left)}.`;
    return [`#### ${capitalized(kind)}`, '', guarantee, '', ...reasons, ...failures, ''].join('\n');
  });
  return [`### ${record.title} ${record.version}`, '', ...conditions, ...buckets].join('\n');
}

function asSource(capabilities: Capabilities): string {
  return guaranteeWord(guaranteeOf(storeWith(capabilities), storeWith(memoryCapabilities)));
}

function asDestination(capabilities: Capabilities): string {
  return guaranteeWord(guaranteeOf(storeWith(memoryCapabilities), storeWith(capabilities)));
}

function guaranteeWord({ guarantee }: ReturnType<typeof guaranteeOf>): string {
  return guarantee
    .split(' and ')
    .map((word) => `\`${word}\``)
    .join(', ');
}

function storeWith(capabilities: Capabilities): Store {
  return new Store(compose(createMemoryDriver(), limited(capabilities)));
}

function bytes(count: number): string {
  if (count === Number.MAX_SAFE_INTEGER) {
    return 'no limit of its own';
  }
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count <= 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  return `${Number((count / 1024 ** power).toFixed(1)).toLocaleString('en')} ${units[power]}`;
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeStoresPage();
}
