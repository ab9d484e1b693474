import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages } from './apt.ts';
import { cephConf } from './ceph-conf.ts';
import { answering, freePorts } from './loopback.ts';
import type { Processes } from './processes.ts';
import type { S3Endpoint } from './s3/endpoint.ts';
import { knownServers } from './s3/quirks.ts';
import { s3Suites } from './s3-suites.ts';
import { NotHere, type RunningServer, type ServerTools, type TestServer } from './server.ts';

const packages = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common'];
const programs = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph', 'monmaptool'];
const keys = { accessKeyId: 'STATESYNCTEST0000000', secretAccessKey: 'not-a-secret' };

/** Ceph's S3 gateway, from the packages of the distribution: a cluster of one monitor, one OSD in memory and one gateway. */
export const ceph: TestServer = {
  name: 'ceph',
  store: 's3://',
  title: knownServers.ceph.title,
  required: true,
  start: async (tools) => {
    const version = await installedVersion(tools);
    return { version, suites: s3Suites(tools, 'ceph', await startCluster(tools)) } satisfies RunningServer;
  },
};

async function installedVersion({ processes, install }: ServerTools): Promise<string> {
  if (!(await isInstalled(processes))) {
    if (!install) {
      throw new NotHere(`the packages ${packages.join(', ')} are not installed; --install installs them`);
    }
    await installPackages(processes, packages);
  }
  const said = await processes.mustRun(['radosgw', '--version']);
  return /ceph version (\d\S*)/.exec(said)?.[1] ?? 'of unknown version';
}

async function isInstalled(processes: Processes): Promise<boolean> {
  const found = programs.map((program) =>
    processes.run([program, '--version']).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).every((one) => one);
}

async function startCluster({ processes, directory }: ServerTools): Promise<S3Endpoint> {
  const [monitorPort = 0, gatewayPort = 0] = await freePorts(2);
  const [fsid, osdId] = [randomUUID(), randomUUID()];
  const conf = join(directory, 'ceph.conf');
  const monmap = join(directory, 'monmap');
  await writeFile(conf, cephConf({ fsid, directory, monitorPort, gatewayPort }));
  await Promise.all(['mon', 'osd', 'rgw'].map((name) => mkdir(join(directory, name))));
  const run = (program: string, ...args: string[]) => processes.mustRun([program, '-c', conf, ...args]);
  const stay = (program: string, ...args: string[]) =>
    processes.daemon(program, [program, '-c', conf, '-f', ...args], join(directory, `${program}.out`));

  const address = `[v2:127.0.0.1:${monitorPort}]`;
  await run('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', address, monmap);
  await run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monmap);
  const monitor = await stay('ceph-mon', '-i', 'a');
  // Without --no-mon-config it would ask a monitor for its configuration, and wait for ever.
  await run('ceph-osd', '--no-mon-config', '--mkfs', '-i', '0', '--osd-uuid', osdId);
  await run('ceph', '--connect-timeout', '30', 'osd', 'new', osdId);
  const osd = await stay('ceph-osd', '-i', '0');
  const gateway = await stay('radosgw', '-n', 'client.rgw');
  const endpoint = `http://127.0.0.1:${gatewayPort}`;
  await answering(`${endpoint}/swift/healthcheck`, [gateway, osd, monitor]);
  const { accessKeyId, secretAccessKey } = keys;
  const user = ['--uid=test', '--display-name=Test', `--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`];
  await run('radosgw-admin', '-n', 'client.rgw', 'user', 'create', ...user);
  return { endpoint, ...keys };
}
