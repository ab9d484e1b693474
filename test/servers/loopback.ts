import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Daemon, lastLines } from './processes.ts';

/** As many ports of loopback that nothing listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Waits until an address answers well. Rejects when one of the programs behind it ends first, or after a minute. */
export async function answering(url: string, daemons: readonly Daemon[]): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await answers(url))) {
    const ended = daemons.find((daemon) => daemon.ending() !== undefined);
    if (ended !== undefined) {
      throw new Error(`${ended.name} ended with ${ended.ending()}: ${lastLines(await readFile(ended.log, 'utf8'))}`);
    }
    if (Date.now() > deadline) {
      throw new Error(`${daemons.map(({ name }) => name).join(', ')} started, but nothing answers at ${url}`);
    }
    await sleep(50);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
