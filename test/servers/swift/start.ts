import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { answering, freePorts } from '../loopback.ts';
import type { Daemon, Processes } from '../processes.ts';
import type { ServerTools } from '../server.ts';
import type { SwiftEndpoint } from './endpoint.ts';
import { KeystoneAdmin } from './keystone-admin.ts';
import { keystoneConf } from './keystone-conf.ts';
import { letReadWhileWriting, makeRings, tryAttributes, withOwnConf } from './scripts.ts';
import { type SwiftPlace, type SwiftPorts, storageServers, swiftFiles } from './swift-conf.ts';

/** Debian's own: another one on the PATH does not have its modules. */
export const python = '/usr/bin/python3';

/** Starts Keystone, memcached and Swift's servers, each as one process, and adds those who work there. */
export async function startSwift({ processes, directory }: ServerTools): Promise<SwiftEndpoint> {
  const ports = await portsOf();
  const [servicePassword, adminPassword] = [newSecret(), newSecret()];
  const place: SwiftPlace = { directory, ports, user: userInfo().username, servicePassword };
  await mkdir(join(directory, 'devices', 'd1'), { recursive: true });
  await mkdir(join(directory, 'policy.d'));
  await processes.mustRun([python, '-c', tryAttributes, directory]);
  const authUrl = `http://127.0.0.1:${ports.keystone}/v3`;
  const [keystone, servers] = await Promise.all([
    startKeystone(processes, place, authUrl, adminPassword),
    startServers(processes, place),
  ]);
  await answering(authUrl, [keystone]);
  const admin = new KeystoneAdmin(authUrl, adminPassword);
  await admin.add('swift', servicePassword, 'admin', 'service');
  await admin.addSwift(`http://127.0.0.1:${ports.proxy}`);
  const member = await admin.add('operator', newSecret(), 'member', 'kops');
  const endpoint: SwiftEndpoint = {
    authUrl,
    region: 'RegionOne',
    adminPassword,
    member,
    credential: await admin.addCredential(member, 'statesync'),
    reader: await admin.add('reader', newSecret(), 'reader', 'kops'),
    other: await admin.add('other', newSecret(), 'member', 'other'),
    memcachedPort: ports.memcached,
  };
  for (const name of ['proxy', ...storageServers] as const) {
    await answering(`http://127.0.0.1:${ports[name]}/healthcheck`, servers);
  }
  return endpoint;
}

async function portsOf(): Promise<SwiftPorts> {
  const [keystone = 0, proxy = 0, account = 0, container = 0, object = 0, memcached = 0] = await freePorts(6);
  return { keystone, proxy, account, container, object, memcached };
}

async function startKeystone(
  processes: Processes,
  { directory, ports }: SwiftPlace,
  authUrl: string,
  adminPassword: string,
): Promise<Daemon> {
  const file = join(directory, 'keystone.conf');
  await writeFile(file, keystoneConf(directory));
  const manage = (...args: string[]) =>
    processes.mustRun([python, '/usr/bin/keystone-manage', '--config-file', file, ...args]);
  const { username, gid } = userInfo();
  const owner = ['--keystone-user', username, '--keystone-group', String(gid)];
  await Promise.all([manage('db_sync'), manage('fernet_setup', ...owner), manage('credential_setup', ...owner)]);
  await processes.mustRun([python, '-c', letReadWhileWriting, join(directory, 'keystone.db')]);
  // Swift asks the catalogue where Keystone is.
  const urls = ['admin', 'internal', 'public'].flatMap((name) => [`--bootstrap-${name}-url`, authUrl]);
  await manage('bootstrap', '--bootstrap-password', adminPassword, '--bootstrap-region-id', 'RegionOne', ...urls);
  const address = ['--host', '127.0.0.1', '--port', String(ports.keystone)];
  return processes.daemon(
    'keystone',
    [python, '/usr/bin/keystone-wsgi-public', ...address],
    join(directory, 'keystone.log'),
    { OS_KEYSTONE_CONFIG_FILES: file },
  );
}

async function startServers(processes: Processes, place: SwiftPlace): Promise<readonly Daemon[]> {
  const { directory, ports, user } = place;
  for (const [name, text] of Object.entries(swiftFiles(place))) {
    await writeFile(join(directory, name), text);
  }
  const { account, container, object, memcached } = ports;
  await processes.mustRun([python, '-c', makeRings, directory, `${account}`, `${container}`, `${object}`]);
  const log = (name: string) => join(directory, `${name}.log`);
  const cache = ['-l', '127.0.0.1', '-p', String(memcached), '-U', '0', ...(user === 'root' ? ['-u', 'root'] : [])];
  const daemons = [await processes.daemon('memcached', ['memcached', ...cache], log('memcached'))];
  for (const name of ['proxy', ...storageServers]) {
    const program = ['-c', withOwnConf, join(directory, 'swift.conf'), `/usr/bin/swift-${name}-server`];
    const args = [join(directory, `${name}-server.conf`), '--verbose'];
    daemons.push(await processes.daemon(`swift-${name}-server`, [python, ...program, ...args], log(name)));
  }
  return daemons;
}

function newSecret(): string {
  return randomBytes(12).toString('hex');
}
