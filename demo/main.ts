import '../lib/vfs/aws/quiet-sdk.ts'; // First, before any client is made.
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { acts, keysOf, put, type Stage } from './acts.ts';
import { type DemoArguments, readArguments, usage } from './arguments.ts';
import { loadState } from './input.ts';
import { measureLatency, percentile } from './latency.ts';
import { createScreen, table } from './screen.ts';
import { judge } from './verdict.ts';
import { createWorld, replicaBucket, sourceBucket, type World } from './world.ts';

const screen = createScreen(process.stdout);
const asked = readOrRefuse();

if (asked?.help) {
  screen.line(usage);
} else if (asked !== undefined) {
  // The user's own clusters are shown as they are, whatever kOps would say of them.
  const gate = asked.state === undefined ? 'enforce' : 'warn';
  const world = await createWorld((text) => asked.log && screen.line(`    ${text}`), gate);
  const stop = () => void world.close().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    process.exitCode = (await show(world, asked)) ? 0 : 1;
  } catch (error) {
    screen.line(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    await world.close();
  }
}

/** What was asked for; undefined where it cannot be understood, which is said, and ends in exit code 3. */
function readOrRefuse(): DemoArguments | undefined {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    process.exitCode = 3;
    return undefined;
  }
}

async function show(world: World, { state, changes, sabotage }: DemoArguments): Promise<boolean> {
  const begun = performance.now();
  screen.line(`Two accounts: s3://${sourceBucket} (111111111111) → s3://${replicaBucket} (222222222222)`);
  const loaded = await loadState(
    state,
    `s3://${sourceBucket}`,
    (key, body) => put(world, key, body),
    (text) => screen.line(text),
  );
  if (loaded === 0) {
    screen.line(`there is nothing in ${state}; name a directory or a URL that holds a state store`);
    return false;
  }
  await world.settled();
  const keys = await keysOf(world);
  screen.line(`✓ ${loaded} objects written, and replicated by their events`);
  const requestsPerObject = await firstCopyRequests(world, keys.length);

  const stage: Stage = { world, keys, retained: [] };
  let good = true;
  for (const act of acts.filter(({ sampleOnly }) => state === undefined || sampleOnly !== true)) {
    try {
      screen.line(`✓ ${act.title}: ${await act.run(stage)}`);
    } catch (error) {
      good = false;
      screen.line(`✗ ${act.title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  const before = world.traffic.requests;
  const latencies = await measureLatency(world, keys, changes, (done) => screen.progress('changes', done, changes));
  const perChange = (world.traffic.requests - before - latencies.length) / Math.max(latencies.length, 1);
  if (sabotage) {
    await flipOneBit(world, keys);
  }
  const verdict = await judge(
    { client: world.source, bucket: sourceBucket },
    { client: world.replica, bucket: replicaBucket },
    { neverCarried: /\/_command\.json$/, retained: stage.retained },
  );
  const rows: (readonly [string, string])[] = [
    ['objects at the replica', String(verdict.objects)],
    ['bytes at the replica', String(verdict.bytes)],
    ['requests per object, first copy by events, groups included', requestsPerObject],
    ['requests per change', perChange.toFixed(1)],
    ['event to replica, p50', `${percentile(latencies, 0.5).toFixed(0)} ms`],
    ['event to replica, p99', `${percentile(latencies, 0.99).toFixed(0)} ms (${latencies.length} changes)`],
  ];
  screen.line('');
  for (const line of [...table(rows), '', ...verdict.faults.slice(0, 10).map((fault) => `✗ ${fault}`)]) {
    screen.line(line);
  }
  good &&= verdict.faults.length === 0;
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  screen.line(
    `${good ? 'VERDICT: the replica is what it must be' : 'VERDICT: the replica is NOT what it must be'} (every byte read and compared, ${seconds} s)`,
  );
  return good;
}

/** Requests that reached S3 for the first copy, without the ones that put the objects there. */
async function firstCopyRequests(world: World, objects: number): Promise<string> {
  return ((world.traffic.requests - objects) / Math.max(objects, 1)).toFixed(1);
}

/** Flips one bit of one byte of one object of the replica, past all safeguards. */
async function flipOneBit({ replica }: World, keys: readonly string[]): Promise<void> {
  const Key = keys.find((key) => key.endsWith('/config')) ?? keys[0];
  const { Body } = await replica.send(new GetObjectCommand({ Bucket: replicaBucket, Key }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(1);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  await replica.send(new PutObjectCommand({ Bucket: replicaBucket, Key, Body: bytes }));
}
