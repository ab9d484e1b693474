import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import type { Processes } from './processes.ts';

/** Where packages of Debian ask whether they may start their services (`invoke-rc.d`). */
const servicePolicy = '/usr/sbin/policy-rc.d';

/** Installs packages of Debian, and lets none of them start its services. Rejects with what to do where that cannot be done. */
export async function installPackages(processes: Processes, packages: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `packages are installed by root and with apt-get only; install these by hand: ${packages.join(' ')}`,
    );
  }
  const environment = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  await withoutServices(servicePolicy, async () => {
    await processes.mustRun(['apt-get', '--quiet', 'update'], environment);
    const install = ['install', '--yes', '--no-install-recommends', ...packages];
    await processes.mustRun(['apt-get', '--quiet', ...install], environment);
  });
}

/** Does something while a policy forbids that services are started: the machine's own where it has one, else one that is gone afterwards. */
export async function withoutServices(policy: string, work: () => Promise<void>): Promise<void> {
  const isOwn = existsSync(policy);
  if (!isOwn) {
    await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' });
  }
  try {
    await work();
  } finally {
    if (!isOwn) {
      await rm(policy);
    }
  }
}
