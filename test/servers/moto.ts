import { homedir } from 'node:os';
import { join } from 'node:path';
import { compareWithDeviations } from '../contract/deviations.ts';
import { installPackages } from './apt.ts';
import { answering, freePorts } from './loopback.ts';
import { motoSuites } from './moto-contract.ts';
import type { Processes } from './processes.ts';
import type { S3Endpoint } from './s3/endpoint.ts';
import { knownServers } from './s3/quirks.ts';
import { s3Suites } from './s3-suites.ts';
import { NotHere, type ServerTools, type Suite, type TestServer } from './server.ts';

const { title, version } = knownServers.moto;

/** What runs moto: its server, and the interpreter that can say its version. */
interface Programs {
  readonly server: string;
  readonly python: string;
}

/** moto's server, from the PATH or from a virtual environment of its own: S3, SQS and STS in Python. */
export const moto: TestServer = {
  name: 'moto',
  store: 's3://',
  title,
  required: true,
  start: async (tools) => {
    const { server, python } = await foundOrInstalled(tools);
    const endpoint = await startMoto(tools, server);
    return {
      version: await versionOf(tools.processes, python),
      suites: [...motoSuites.map((suite) => contract(suite, endpoint)), ...s3Suites(tools, 'moto', endpoint)],
    };
  },
};

function contract({ name, run, deviations }: (typeof motoSuites)[number], { endpoint }: S3Endpoint): Suite {
  return {
    name: `contract of ${name.toUpperCase()}`,
    run: async () => {
      const report = compareWithDeviations(await run(endpoint), deviations);
      return { passed: report.passed.length, deviations: report.deviations.length, failed: report.surprises };
    },
  };
}

async function foundOrInstalled({ processes, install }: ServerTools): Promise<Programs> {
  const home = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), `kops-statesync/moto-${version}`);
  const own: Programs = { server: join(home, 'bin/moto_server'), python: join(home, 'bin/python') };
  for (const programs of [{ server: 'moto_server', python: 'python3' }, own]) {
    if (await works(processes, programs.server)) {
      return programs;
    }
  }
  if (!install) {
    throw new NotHere(`there is no moto_server on the PATH; --install installs moto ${version} into ${home}`);
  }
  await makeEnvironment(processes, home);
  await processes.mustRun([own.python, '-m', 'pip', 'install', '--quiet', `moto[server]==${version}`]);
  return own;
}

/** Debian's Python comes without what makes virtual environments. */
async function makeEnvironment(processes: Processes, home: string): Promise<void> {
  const make = ['python3', '-m', 'venv', '--clear', home] as const;
  const { code } = await processes.run(make).catch(() => ({ code: 127 }));
  if (code !== 0) {
    await installPackages(processes, ['python3', 'python3-venv']);
    await processes.mustRun(make);
  }
}

/** A version manager's stand-in is on the PATH also where there is no moto behind it. */
async function works(processes: Processes, server: string): Promise<boolean> {
  const { code } = await processes.run([server, '--help']).catch(() => ({ code: 127 }));
  return code === 0;
}

async function versionOf(processes: Processes, python: string): Promise<string> {
  const ask = 'import importlib.metadata; print(importlib.metadata.version("moto"))';
  const { code, stdout } = await processes.run([python, '-c', ask]);
  return code === 0 ? stdout.trim() : 'of unknown version';
}

async function startMoto({ processes, directory }: ServerTools, server: string): Promise<S3Endpoint> {
  const [port = 0] = await freePorts(1);
  const log = join(directory, 'moto.log');
  const daemon = await processes.daemon('moto_server', [server, '-H', '127.0.0.1', '-p', String(port)], log);
  const endpoint = `http://127.0.0.1:${port}`;
  await answering(`${endpoint}/moto-api/`, [daemon]);
  return { endpoint, accessKeyId: 'test', secretAccessKey: 'test' };
}
