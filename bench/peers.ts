import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Scale } from './bench.ts';
import { type Run, run } from './child.ts';
import { mebibytes, type Row } from './row.ts';
import { addonKeys, type Server, startServer } from './server.ts';

const cluster = 'bench.example.com';
const sourceBucket = 'bench-state';
const size = 4096;

/** A program that does the same work: one bucket made equal to another, at one endpoint. */
interface Peer {
  readonly name: string;
  /** Objects of the full bench: slow ones get fewer. */
  readonly objects: number;
  /** What to know of its settings. */
  readonly note: string;
  command(destination: string, server: Server): Command;
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const peers: readonly Peer[] = [
  {
    name: 'rclone',
    objects: 10_000,
    note: 'rclone sync, 16 transfers and 16 checkers, server-side copies, compares modification times',
    command: (destination, { s3, environment }) => ({
      program: 'rclone',
      args: ['sync', `bench:${sourceBucket}`, `bench:${destination}`, '--transfers=16', '--checkers=16', '--quiet'],
      environment: {
        RCLONE_CONFIG: '',
        RCLONE_CONFIG_BENCH_TYPE: 's3',
        RCLONE_CONFIG_BENCH_ACL: 'bucket-owner-full-control', // The only one that a bucket without ACLs takes; old versions always send one.
        RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
        RCLONE_CONFIG_BENCH_ENV_AUTH: 'true',
        RCLONE_CONFIG_BENCH_REGION: environment['AWS_REGION'] ?? '',
        RCLONE_CONFIG_BENCH_ENDPOINT: s3.endpoint,
      },
    }),
  },
  {
    name: 's5cmd',
    objects: 10_000,
    note: 's5cmd sync, its own 256 workers, server-side copies',
    command: (destination, { s3 }) => ({
      program: 's5cmd',
      args: ['--endpoint-url', s3.endpoint, 'sync', `s3://${sourceBucket}/*`, `s3://${destination}/`],
    }),
  },
  {
    name: 'aws',
    objects: 2_000,
    note: 'aws s3 sync, its own 10 requests at once, server-side copies; fewer objects, for its time',
    command: (destination, { s3 }) => ({
      program: 'aws',
      args: [
        '--endpoint-url',
        s3.endpoint,
        's3',
        'sync',
        `s3://${sourceBucket}`,
        `s3://${destination}`,
        '--only-show-errors',
      ],
    }),
  },
];

/** The project's own command, as a user runs it. */
const own: Peer = {
  name: 'statesync',
  objects: 10_000,
  note: 'statesync sync, 16 groups at once, every byte read, checked and written under a condition',
  command: (destination) => ({
    program: process.execPath,
    args: [
      join(import.meta.dirname, '..', 'bin', 'statesync.js'),
      ...['sync', `s3://${sourceBucket}`, `s3://${destination}`, '--sensitive=include', '--yes', '--quiet'],
    ],
  }),
};

/**
 * The tools that a user would take instead, where they are on the PATH, at the same work on the same server, each as a command from its start to
 * its end: a first copy, and a second run that finds nothing.
 */
export async function comparePeers(scale: Scale): Promise<readonly Row[]> {
  const present = (await Promise.all(peers.map(async (peer) => ((await isOnPath(peer.name)) ? [peer] : [])))).flat();
  const rows: Row[] = [];
  for (const peer of peers) {
    rows.push(
      ...(present.includes(peer)
        ? await compare(peer, scale === 'full' ? peer.objects : 60)
        : [notRun(peer, 'not on the PATH')]),
    );
  }
  return rows;
}

function notRun({ name }: Peer, reason: string): Row {
  return { name: `peers: ${name}`, value: 0, unit: 'runs', detail: reason };
}

async function compare(peer: Peer, objects: number): Promise<Row[]> {
  const server = await startServer();
  try {
    await server.createBucket(sourceBucket);
    await server.fill(sourceBucket, addonKeys(cluster, objects), size);
    const theirs = await twoRuns(peer, objects, server).catch((error: Error) => error);
    if (theirs instanceof Error) {
      return [notRun(peer, theirs.message)]; // What another tool cannot do here is no failure of the bench.
    }
    const ours = await twoRuns(own, objects, server);
    return [
      ...rowsOf(peer, objects, theirs),
      ...rowsOf(own, objects, ours),
      {
        name: `peers: first copy by ${peer.name}, beside ${own.name}`,
        value: theirs.first.seconds / ours.first.seconds,
        unit: '×',
        detail: 'above 1, the other takes longer',
      },
      {
        name: `peers: no-op by ${peer.name}, beside ${own.name}`,
        value: theirs.again.seconds / ours.again.seconds,
        unit: '×',
        detail: 'above 1, the other takes longer',
      },
    ];
  } finally {
    await server.close();
  }
}

interface CountedRun extends Run {
  /** That reached the server. */
  readonly requests: number;
}

interface TwoRuns {
  readonly first: CountedRun;
  readonly again: CountedRun;
}

async function twoRuns(peer: Peer, objects: number, server: Server): Promise<TwoRuns> {
  const destination = `bench-${peer.name}`;
  await server.createBucket(destination);
  const first = await runOnce(peer, destination, server);
  const copied = await server.count(destination);
  if (copied !== objects) {
    throw new Error(`${peer.name} should copy ${objects} objects, and copied ${copied}`);
  }
  return { first, again: await runOnce(peer, destination, server) };
}

async function runOnce(peer: Peer, destination: string, server: Server): Promise<CountedRun> {
  const { program, args, environment } = peer.command(destination, server);
  const isolated = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }; // Not the user's own.
  server.s3.requests.reset();
  const done = await run(program, args, {
    environment: { ...server.environment, ...isolated, ...environment },
    timeoutMs: 120_000,
  });
  return { ...done, requests: server.s3.requests.total };
}

function rowsOf({ name, note }: Peer, objects: number, { first, again }: TwoRuns): Row[] {
  const memory = ({ peakBytes }: Run) => `peak ${mebibytes(peakBytes).toFixed(0)} MiB`;
  return [
    {
      name: `peers: ${name}, first copy of ${objects} objects`,
      value: objects / first.seconds,
      unit: 'objects/s',
      detail: `${(first.requests / objects).toFixed(2)} requests an object, ${memory(first)}; ${note}`,
    },
    {
      name: `peers: ${name}, no-op over ${objects} objects`,
      value: again.seconds,
      unit: 's',
      detail: `${again.requests} requests, ${memory(again)}`,
    },
  ];
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const tries = folders.map((folder) =>
    access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(tries)).includes(true);
}
