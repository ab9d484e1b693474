import { installPackages } from './apt.ts';
import { runJest } from './jest-run.ts';
import type { Processes } from './processes.ts';
import { NotHere, type ServerTools, type Suite, type TestServer } from './server.ts';
import { type SwiftEndpoint, variablesOf } from './swift/endpoint.ts';
import { knownSwift } from './swift/quirks.ts';
import { tellVersions } from './swift/scripts.ts';
import { python, startSwift } from './swift/start.ts';

const packages = [
  'swift-proxy',
  'swift-account',
  'swift-container',
  'swift-object',
  'keystone',
  'python3-keystonemiddleware',
  'memcached',
];
const programs = ['swift-proxy-server', 'swift-account-server', 'swift-container-server', 'swift-object-server'];

/** OpenStack Swift behind Keystone, from the packages of the distribution: one device, one replica, all on loopback. */
export const swift: TestServer = {
  name: 'swift',
  store: 'swift://',
  title: knownSwift.title,
  required: true,
  start: async (tools) => {
    const version = await installedVersion(tools);
    return { version, suites: suitesOf(tools, await startSwift(tools)) };
  },
};

function suitesOf(tools: ServerTools, endpoint: SwiftEndpoint): readonly Suite[] {
  const variables = variablesOf(endpoint);
  return ['conformance', 'sign-in', 'replication'].map((name) => ({
    name,
    run: () => runJest(tools, `test/servers/swift/${name}.test.ts`, variables),
  }));
}

async function installedVersion({ processes, install }: ServerTools): Promise<string> {
  const found = await versionOf(processes);
  if (found !== undefined) {
    return found;
  }
  if (!install) {
    throw new NotHere(`the packages ${packages.join(', ')} are not installed; --install installs them`);
  }
  await installPackages(processes, packages);
  const installed = await versionOf(processes);
  if (installed === undefined) {
    throw new Error(`${packages.join(', ')} are installed, and something of them is missing`);
  }
  return installed;
}

/** The version of Swift, and with it that of Keystone; undefined where a part is missing. */
async function versionOf(processes: Processes): Promise<string | undefined> {
  const found = await processes.run([python, '-c', tellVersions]).catch(() => undefined);
  const paths = [
    '/usr/bin/keystone-manage',
    '/usr/bin/keystone-wsgi-public',
    ...programs.map((name) => `/usr/bin/${name}`),
  ];
  const there = await processes.run(['ls', '/usr/bin/memcached', ...paths]);
  const [swiftVersion, keystone] = found?.stdout.trim().split(' ') ?? [];
  return found?.code === 0 && there.code === 0 ? `${swiftVersion} with Keystone ${keystone}` : undefined;
}
