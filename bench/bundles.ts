import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveConfig } from '../lib/config/resolve.ts';
import { writeResolved } from '../lib/config/resolved.ts';
import type { Scale } from './bench.ts';
import { bundleCode, bundleFiles, sizeOf, withFolder } from './bundle.ts';
import { run } from './child.ts';
import { mebibytes, median, type Row } from './row.ts';

const functions = ['replicate', 'reconcile'] as const;
const client = '@aws-sdk/client-s3';

/** A module whose import is timed. */
interface Subject {
  readonly name: string;
  /** URL of the module. */
  readonly module: string;
  /** Of the bundle; absent where nothing is bundled. */
  readonly bytes?: number;
}

/**
 * Time until a function's bundle could take its first event, and its size, beside a bare import of the S3 client: bundled in the same way, and as installed.
 *
 * Each time is the median of fresh processes, taken in turn, so that what else the machine does falls on all alike.
 */
export function bundles(scale: Scale): Promise<readonly Row[]> {
  return withFolder(async (folder) => {
    await bundleFiles({ 'import-time': 'bench/worker/import-time.ts' }, folder);
    const subjects = [...(await deployed(folder)), await bareBundle(folder), installed()];
    const times = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
    for (let round = 0; round < (scale === 'full' ? 9 : 3); round += 1) {
      for (const subject of subjects) {
        times.get(subject)?.push(await importTime(subject, folder));
      }
    }
    return rows(new Map(subjects.map((subject) => [subject, median(times.get(subject) ?? [])])));
  });
}

/** The bundles that `npm run build` made, in folders with a configuration, as they are deployed. */
async function deployed(folder: string): Promise<Subject[]> {
  await writeFile(join(folder, 'statesync.json'), writeResolved(configuration));
  return Promise.all(
    functions.map(async (name) => {
      const bundle = join(folder, name);
      await cp(join(import.meta.dirname, '..', 'dist', 'functions', name), bundle, { recursive: true });
      return { name, module: moduleIn(bundle), bytes: await sizeOf(bundle) };
    }),
  );
}

async function bareBundle(folder: string): Promise<Subject> {
  const bundle = join(folder, 'client');
  await bundleCode(`export * from '${client}';`, bundle);
  return { name: `bare ${client}, bundled`, module: moduleIn(bundle), bytes: await sizeOf(bundle) };
}

function installed(): Subject {
  return { name: `bare ${client}, as installed`, module: import.meta.resolve(client) };
}

async function importTime({ module }: Subject, folder: string): Promise<number> {
  const environment = { ...functionEnvironment, LAMBDA_TASK_ROOT: folder };
  const { stdout } = await run(process.execPath, [join(folder, 'import-time.mjs'), module], {
    environment,
    timeoutMs: 30_000,
  });
  return Number(stdout.trim().split('\n').at(-1));
}

function rows(medians: ReadonlyMap<Subject, number>): Row[] {
  const subjects = [...medians.keys()];
  const bare = subjects.find(({ name }) => name.endsWith('bundled'));
  const bareTime = (bare && medians.get(bare)) ?? Number.NaN;
  return [...medians].flatMap(([{ name, bytes }, time]) => {
    const isFunction = functions.some((each) => each === name);
    const detail = isFunction ? 'import, stores opened, ready for an event' : 'import';
    const ratio: Row = {
      name: `bundles: ${name}, beside the bare bundled client`,
      value: time / bareTime,
      unit: '×',
      detail: 'medians, in turn',
      atMost: 2,
    };
    return [
      { name: `bundles: ${name}`, value: time, unit: 'ms', detail },
      ...(isFunction ? [ratio] : []),
      ...(bytes === undefined
        ? []
        : [
            {
              name: `bundles: ${name}, size`,
              value: mebibytes(bytes),
              unit: 'MiB',
              detail: 'all files, not compressed',
            },
          ]),
    ];
  });
}

function moduleIn(folder: string): string {
  return pathToFileURL(join(folder, 'index.mjs')).href;
}

const configuration = resolveConfig({
  version: 1,
  stores: {
    prod: { url: 's3://bench-state', region: 'eu-west-1', account: '111111111111' },
    replica: { url: 's3://bench-replica', region: 'eu-west-1', account: '222222222222' },
  },
  routes: [{ name: 'prod', from: 'prod', to: [{ store: 'replica' }] }],
});

/** What a deployment sets. The first call is cut off before its first request, and nobody would answer one. */
const functionEnvironment = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
  STATESYNC_ROUTE: 'prod',
  STATESYNC_DESTINATION: 'replica',
  STATESYNC_QUEUE_URL: 'http://127.0.0.1:9/queue',
  STATESYNC_DEAD_LETTER_URL: 'http://127.0.0.1:9/dead-letters',
  STATESYNC_QUEUES: '{"replica":"http://127.0.0.1:9/queue"}',
};
