import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runJest } from './jest-run.ts';
import { type S3Endpoint, variablesOf } from './s3/endpoint.ts';
import type { ServerTools, Suite } from './server.ts';

/** The suites that every S3 is put to. `server` is its name among the known ones, or any other. */
export function s3Suites(tools: ServerTools, server: string, endpoint: S3Endpoint): readonly Suite[] {
  const variables = { ...variablesOf(endpoint), STATESYNC_TEST_SERVER: server };
  return [
    {
      name: 'conformance',
      run: async () => {
        const findings = join(tools.directory, 'findings.json');
        const environment = { ...variables, STATESYNC_TEST_FINDINGS: findings };
        const result = await runJest(tools, 'test/servers/s3/conformance.test.ts', environment);
        const found = await readFile(findings, 'utf8').catch(() => '{}');
        return { ...result, notHonoured: JSON.parse(found) as Record<string, string[]> };
      },
    },
    { name: 'bucket settings', run: () => runJest(tools, 'test/servers/s3/bucket-settings.test.ts', variables) },
    { name: 'replication', run: () => runJest(tools, 'test/servers/s3/replication.test.ts', variables) },
  ];
}
