import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../lib/config/parse.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { openStore } from '../../lib/vfs/open.ts';

const file = join(import.meta.dirname, '../fixtures/config/accepted-all-kinds/statesync.yaml');

/** What the entries leave to the environment. */
const environment = {
  S3_ENDPOINT: 'https://objects.example.com',
  S3_ACCESS_KEY_ID: 'id',
  S3_SECRET_ACCESS_KEY: 'secret',
  OS_AUTH_URL: 'https://keystone.example.com/v3',
  OS_USERNAME: 'statesync',
  OS_PASSWORD: 'secret',
  OS_DOMAIN_NAME: 'Default',
  OS_PROJECT_NAME: 'kops',
  OS_SECRET: 'secret',
};

/** Files that an entry names, and that are not on this machine. */
const absentFile = /cannot be read \(ENOENT\)|there is none of .*clouds\.yaml/;

describe('an entry that the file accepts', () => {
  const parsed = parseConfig(readFileSync(file, 'utf8'), 'statesync.yaml');
  const stores = parsed.ok ? Object.entries(resolveConfig(parsed.config).stores) : [];

  it.each(stores)('is opened by the driver of its kind: %s', async (_, { definition, scheme }) => {
    try {
      const store = await openStore(definition, { environment, clock: systemClock });
      expect(store.url.startsWith(`${scheme}://`)).toBe(true);
      expect(store.capabilities).toMatchObject(definition.capabilities ?? {});
      await store.close();
    } catch (error) {
      expect(String(error)).toMatch(absentFile);
    }
  });
});
