import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from '../servers/processes.ts';
import { Cdk } from './cdk.ts';
import { checks, replica, source } from './checks.ts';
import { Moto } from './moto.ts';

// `npm run test:deploy`: a real `cdk bootstrap` and `cdk deploy` of the app into two accounts of moto, an AWS emulator, and a look at what is
// there then. Ends with 0 when all of it holds, or when moto_server is not on this machine, which it says.

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function deployed(processes: Processes, folder: string, moto: Moto): Promise<Cdk> {
  const cdk = new Cdk(processes, folder);
  await cdk.synth(join(import.meta.dirname, 'statesync.yaml'));
  for (const { account, region } of [source, replica]) {
    await cdk.bootstrap(account, region, source.account, await moto.administratorOf({ account, region }));
    print(`bootstrapped ${account} ${region}`);
  }
  await cdk.deploy(await moto.administratorOf(source));
  print('deployed');
  return cdk;
}

async function run(processes: Processes, folder: string): Promise<number> {
  if (!existsSync('dist/functions/replicate/index.mjs')) {
    print('the functions are not built; run npm run build first, in the folder of package.json');
    return 1;
  }
  const moto = await Moto.start(processes, folder);
  if (moto === undefined) {
    print('not run: there is no moto_server on the PATH; pip install "moto[server]==5.2.1" brings it');
    return 0;
  }
  const cdk = await deployed(processes, folder, moto);
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    const failure = await check({ moto, cdk, processes, folder }).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    failed += failure === undefined ? 0 : 1;
    print(failure === undefined ? `  ok      ${name}` : `  FAILED  ${name}: ${failure}`);
  }
  print(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

delete process.env['AWS_PROFILE']; // moto falls over a profile that is not there, and cdk prefers one to the keys that it is given.
const processes = new Processes();
const folder = await mkdtemp(join(tmpdir(), 'statesync-deploy-'));
try {
  process.exitCode = await run(processes, folder);
} finally {
  await processes.end();
  await rm(folder, { recursive: true, force: true });
}
