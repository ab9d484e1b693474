import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressIn, azuriteCommand, azuriteVersion } from '../loopback/azurite/start.ts';
import { type AzureEndpoint, azureVariablesOf } from './azure/endpoint.ts';
import { runJest } from './jest-run.ts';
import { lastLines } from './processes.ts';
import type { ServerTools, Suite, TestServer } from './server.ts';

/** Microsoft's own emulator of Azure Storage, which is installed with the tests. */
export const azurite: TestServer = {
  name: 'azurite',
  store: 'azureblob://',
  title: 'Azurite',
  required: true,
  start: async (tools) => ({ version: azuriteVersion(), suites: [conformance(tools, await startAzurite(tools))] }),
};

function conformance(tools: ServerTools, endpoint: AzureEndpoint): Suite {
  return {
    name: 'conformance',
    run: async () => {
      const findings = join(tools.directory, 'findings.json');
      const environment = { ...azureVariablesOf(endpoint), STATESYNC_TEST_FINDINGS: findings };
      const result = await runJest(tools, 'test/servers/azure/conformance.test.ts', environment);
      const found = await readFile(findings, 'utf8').catch(() => '{}');
      return { ...result, notHonoured: JSON.parse(found) as Record<string, string[]> };
    },
  };
}

async function startAzurite({ processes, directory }: ServerTools): Promise<AzureEndpoint> {
  const { command, environment, account, accountKey } = azuriteCommand();
  const daemon = await processes.daemon('azurite', command, join(directory, 'azurite.log'), environment);
  const deadline = Date.now() + 60_000;
  for (;;) {
    const output = await readFile(daemon.log, 'utf8');
    const endpoint = addressIn(output);
    if (endpoint !== undefined) {
      return { endpoint, account, accountKey };
    }
    if (daemon.ending() !== undefined || Date.now() > deadline) {
      throw new Error(`azurite does not listen (${daemon.ending() ?? 'a minute passed'}): ${lastLines(output)}`);
    }
    await sleep(20);
  }
}
