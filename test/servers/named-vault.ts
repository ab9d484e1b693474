import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runJest } from './jest-run.ts';
import { answering, freePorts } from './loopback.ts';
import type { Command, Processes } from './processes.ts';
import { NotHere, type ServerTools, type Suite, type TestServer } from './server.ts';
import { admin } from './vault/admin.ts';
import { endpointVariables, type VaultEndpoint, variablesOf, vaultEndpointOf } from './vault/endpoint.ts';

/** What speaks Vault's API and can be started for a while with everything in memory. */
const programs = ['vault', 'bao'] as const;

/** A Vault: the one that the environment names, else one that is on the PATH, started for the tests. */
export const namedVault: TestServer = {
  name: 'vault',
  store: 'vault://',
  title: 'HashiCorp Vault',
  required: false,
  start: async (tools) => {
    const endpoint = process.env[endpointVariables.address] ? vaultEndpointOf(process.env) : await started(tools);
    const { body } = await admin(endpoint, 'GET', 'sys/health');
    const suites = [suite(tools, endpoint, 'conformance')];
    const canLogIn = endpoint.mount === undefined && isHere(endpoint) && (await hasAwsLogin(endpoint));
    return {
      version: String(body['version']),
      suites: canLogIn ? [...suites, suite(tools, endpoint, 'iam-login')] : suites,
    };
  },
};

function suite(tools: ServerTools, endpoint: VaultEndpoint, name: string): Suite {
  return { name, run: () => runJest(tools, `test/servers/vault/${name}.test.ts`, variablesOf(endpoint)) };
}

async function started({ processes, directory }: ServerTools): Promise<VaultEndpoint> {
  const program = await foundOnPath(processes);
  const [port] = await freePorts(1);
  const address = `http://127.0.0.1:${port}`;
  const token = randomBytes(16).toString('hex');
  const options = [`-dev-listen-address=127.0.0.1:${port}`, `-dev-root-token-id=${token}`, '-dev-no-store-token'];
  const command: Command = [program, 'server', '-dev', ...options];
  const daemon = await processes.daemon(program, command, join(directory, `${program}.out`), { HOME: directory });
  await answering(`${address}/v1/sys/health`, [daemon]);
  return { address, token };
}

async function foundOnPath(processes: Processes): Promise<string> {
  for (const program of programs) {
    const { code } = await processes.run([program, 'version']).catch(() => ({ code: 127 }));
    if (code === 0) {
      return program;
    }
  }
  throw new NotHere(`${endpointVariables.address} names none, and neither ${programs.join(' nor ')} is on the PATH`);
}

/** The login is made at a token service of the tests, which a Vault elsewhere could not reach. */
function isHere({ address }: VaultEndpoint): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);
}

/** OpenBao has the method as a plugin of its own. */
async function hasAwsLogin(endpoint: VaultEndpoint): Promise<boolean> {
  const catalogue = admin(endpoint, 'GET', 'sys/plugins/catalog/auth/aws');
  return catalogue.then(
    () => true,
    () => false,
  );
}
