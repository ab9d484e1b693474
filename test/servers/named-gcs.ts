import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endpointVariables, gcsEndpointOf, variablesOf } from './gcs/endpoint.ts';
import { knownServerAt } from './gcs/quirks.ts';
import { runJest } from './jest-run.ts';
import { NotHere, type ServerTools, type Suite, type TestServer } from './server.ts';

/** Whatever Google Cloud Storage the environment names: Google's own, its storage-testbench, or fake-gcs-server. */
export const namedGcs: TestServer = {
  name: 'gcs',
  store: 'gs://',
  title: `Google Cloud Storage of ${endpointVariables.endpoint}`,
  required: false,
  start: async (tools) => {
    if (!process.env[endpointVariables.endpoint]) {
      throw new NotHere('it names none');
    }
    const endpoint = gcsEndpointOf(process.env);
    const server = await knownServerAt(endpoint.endpoint);
    return {
      version: server === undefined ? '(unknown)' : `(${server.title})`,
      suites: gcsSuites(tools, variablesOf(endpoint)),
    };
  },
};

function gcsSuites(tools: ServerTools, variables: Readonly<Record<string, string>>): readonly Suite[] {
  return [
    {
      name: 'conformance',
      run: async () => {
        const findings = join(tools.directory, 'findings.json');
        const environment = { ...variables, STATESYNC_TEST_FINDINGS: findings };
        const result = await runJest(tools, 'test/servers/gcs/conformance.test.ts', environment);
        const found = await readFile(findings, 'utf8').catch(() => '{}');
        return { ...result, notHonoured: JSON.parse(found) as Record<string, string[]> };
      },
    },
    { name: 'large objects', run: () => runJest(tools, 'test/servers/gcs/large-objects.test.ts', variables) },
  ];
}
