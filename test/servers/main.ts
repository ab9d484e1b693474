import '../../lib/vfs/aws/quiet-sdk.ts'; // First, before any client is made.
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { writeStoresPage } from '../../scripts/stores-table.ts';
import { azurite } from './azurite.ts';
import { ceph } from './ceph.ts';
import { countsOf, type LastRun, recordRun } from './last-run.ts';
import { moto } from './moto.ts';
import { namedGcs } from './named-gcs.ts';
import { namedKubernetes } from './named-kubernetes.ts';
import { namedS3 } from './named-s3.ts';
import { namedVault } from './named-vault.ts';
import { Processes } from './processes.ts';
import { knownServer } from './s3/quirks.ts';
import { NotHere, type RunningServer, type ServerTools, type SuiteResult, type TestServer } from './server.ts';
import { hasFailed, type ServerRun, type SuiteRun, summaryOf } from './summary.ts';
import { swift } from './swift.ts';

const servers: readonly TestServer[] = [ceph, moto, swift, azurite, namedS3, namedGcs, namedVault, namedKubernetes];

const usage = `npm run test:servers -- [--install] [--only NAME]...

Runs the tests of stores against real servers on loopback, and writes what came of it to test/servers/last-run.json and docs/stores.md.

  --install  install what is missing; without it, and without CI in the environment, nothing is installed
  --only     one of ${servers.map(({ name }) => name).join(', ')}; may be given several times`;

const { values } = parseArgs({
  options: {
    install: { type: 'boolean', default: Boolean(process.env['CI']) },
    only: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = values.only.find((name) => !servers.some((server) => server.name === name));
/** What the server under test has; undefined between servers. */
let current: ServerTools | undefined;
let stopped = false;

if (values.help) {
  say(usage);
} else if (unknown !== undefined) {
  say(`--only ${unknown}: there is no such server\n\n${usage}`);
  process.exitCode = 3;
} else {
  const work = runAll(servers.filter(({ name }) => values.only.length === 0 || values.only.includes(name)));
  process.once('SIGINT', () => void stop(work, 130)).once('SIGTERM', () => void stop(work, 143));
  process.exitCode = await work;
}

async function runAll(chosen: readonly TestServer[]): Promise<number> {
  const runs: ServerRun[] = [];
  for (const server of chosen) {
    if (!stopped) {
      say(`\n=== ${server.title}`);
      runs.push(await runOne(server));
    }
  }
  if (!stopped) {
    recordRun(Object.assign({}, ...runs.map(recordOf)) as LastRun);
    writeStoresPage();
    say(['', ...summaryOf(runs)].join('\n'));
  }
  return runs.some(hasFailed) ? 1 : 0;
}

async function runOne(server: TestServer): Promise<ServerRun> {
  const tools = { processes: new Processes(), directory: await newDirectory(), install: values.install };
  current = tools;
  const suites: SuiteRun[] = [];
  const begun = performance.now();
  let running: RunningServer | undefined;
  let seconds = 0;
  const done = () => ({ server, version: running?.version, seconds, suites });
  try {
    running = await server.start(tools);
    seconds = secondsSince(begun);
    warnOfOtherVersion(server, running.version);
    for (const { name, run } of running.suites) {
      const started = performance.now();
      suites.push({ suite: name, result: await run(), seconds: secondsSince(started) });
    }
    return done();
  } catch (error) {
    const problem = {
      isAbsence: error instanceof NotHere,
      reason: error instanceof Error ? error.message : String(error),
    };
    return { ...done(), problem };
  } finally {
    current = undefined;
    await release(tools);
  }
}

function warnOfOtherVersion({ name }: TestServer, version: string): void {
  const listed = knownServer(name)?.version ?? version;
  if (listed !== version) {
    say(`What it is known to do otherwise was found with version ${listed}, and this is ${version}.`);
  }
}

/** Ends what was started, and waits a little for what still has something to put back. */
async function stop(work: Promise<unknown>, exitCode: number): Promise<void> {
  stopped = true;
  const tools = current;
  await tools?.processes.end();
  await Promise.race([work, sleep(3_000)]);
  await (tools && release(tools));
  process.exit(exitCode);
}

async function release({ processes, directory }: ServerTools): Promise<void> {
  await processes.end();
  await rm(directory, { recursive: true, force: true });
}

/** In memory where there is room: a monitor of Ceph waits for the disk at each of its steps. */
async function newDirectory(): Promise<string> {
  const shared = await statfs('/dev/shm').catch(() => undefined);
  const roomy = shared !== undefined && shared.bavail * shared.bsize > 512 * 1024 ** 2;
  return mkdtemp(join(roomy ? '/dev/shm' : tmpdir(), 'statesync-servers-'));
}

/** What the repository keeps of a run: nothing, where nothing was run. */
function recordOf({ server: { name, store, title }, version, suites }: ServerRun): LastRun {
  if (version === undefined || suites.length === 0) {
    return {};
  }
  const date = new Date().toISOString().slice(0, 10);
  const counts = Object.fromEntries(suites.map(({ suite, result }) => [suite, countsOf(result)]));
  const notHonoured = Object.assign(
    {},
    ...suites.map(({ result }) => result.notHonoured),
  ) as SuiteResult['notHonoured'];
  return { [name]: { store, title, version, date, suites: counts, notHonoured: notHonoured ?? {} } };
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
