import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type Check, type CheckResult, runChecks } from '../contract/check.ts';
import { type ContractReport, compareWithDeviations } from '../contract/deviations.ts';
import { motoS3Deviations } from '../contract/moto-deviations-s3.ts';
import { motoSqsDeviations, motoStsDeviations } from '../contract/moto-deviations-sqs-sts.ts';
import { createMotoS3Subject } from '../contract/moto-s3-subject.ts';
import { createMotoSubjects } from '../contract/moto-subjects.ts';
import { s3Checks } from '../contract/s3.ts';
import { sqsChecks } from '../contract/sqs.ts';
import { stsChecks } from '../contract/sts.ts';

/** The checks of one service, and those among them that moto is known to fail, with what it does instead. */
export interface MotoSuite {
  readonly name: string;
  readonly deviations: Readonly<Record<string, string>>;
  run(endpoint: string): Promise<readonly CheckResult[]>;
}

/** Every contract that the project has. */
export const motoSuites: readonly MotoSuite[] = [
  suite('s3', s3Checks, motoS3Deviations, async (endpoint) =>
    createMotoS3Subject(endpoint, await createMotoSubjects(endpoint)),
  ),
  suite('sqs', sqsChecks, motoSqsDeviations, async (endpoint) => (await createMotoSubjects(endpoint)).sqs),
  suite('sts', stsChecks, motoStsDeviations, async (endpoint) => (await createMotoSubjects(endpoint)).sts),
];

/** Puts a list of checks, and how to make what they need, into the form that {@link runMotoContract} takes. */
export function suite<Context>(
  name: string,
  checks: readonly Check<Context>[],
  deviations: Readonly<Record<string, string>>,
  createContext: (endpoint: string) => Promise<Context>,
): MotoSuite {
  return { name, deviations, run: async (endpoint) => runChecks(checks, await createContext(endpoint)) };
}

/**
 * Starts `moto_server` on a free port of loopback, runs the suites against it, and ends it. Answers a report for each
 * suite, by its name, or undefined where `moto_server` is not on the PATH. Any surprise is a failure of the run.
 */
export async function runMotoContract(
  suites: readonly MotoSuite[] = motoSuites,
): Promise<Readonly<Record<string, ContractReport>> | undefined> {
  const moto = await startMoto();
  if (moto === undefined) {
    return undefined;
  }
  try {
    const reports: Record<string, ContractReport> = {};
    for (const { name, run, deviations } of suites) {
      reports[name] = compareWithDeviations(await run(moto.endpoint), deviations);
    }
    return reports;
  } finally {
    await moto.stop();
  }
}

interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

async function startMoto(): Promise<Moto | undefined> {
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const spawned = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true)).once('error', () => resolve(false));
  });
  if (!spawned) {
    return undefined;
  }
  const moto = { endpoint: `http://127.0.0.1:${port}`, stop: () => stop(child) };
  try {
    await answering(moto.endpoint, child);
  } catch (error) {
    await moto.stop();
    throw error;
  }
  return moto;
}

async function answering(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const up = await fetch(`${endpoint}/moto-api/`).then(
      (response) => response.ok,
      () => false,
    );
    if (up) {
      return;
    }
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`moto_server did not come up at ${endpoint} (exit code ${child.exitCode ?? 'none yet'})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
