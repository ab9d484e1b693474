import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { openDriver } from '../../../lib/vfs/gcs/open.ts';
import { gcsSettings } from '../../../lib/vfs/gcs/settings.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';

const google = 'https://storage.googleapis.com';
const adc = { applicationDefault: true };
const nobody = { anonymous: true };
const file = { credentialsFile: '/key.json' };
const named = { GOOGLE_APPLICATION_CREDENTIALS: '/adc.json' };
const emulator = { STORAGE_EMULATOR_HOST: 'localhost:9023' };

describe('where a bucket is, and who signs in there', () => {
  it.each<[string, Partial<StoreDefinition>, Readonly<Record<string, string>>, string, object]>([
    ['nothing said', {}, {}, google, adc],
    ['credentials', { credentials: file }, named, google, file],
    ['an empty variable', {}, { STORAGE_EMULATOR_HOST: '', GOOGLE_APPLICATION_CREDENTIALS: '' }, google, adc],
    ['an emulator without a scheme', {}, emulator, 'http://localhost:9023', nobody],
    ['an emulator with a scheme', {}, { STORAGE_EMULATOR_HOST: 'http://[::1]:9/' }, 'http://[::1]:9', nobody],
    ['an emulator, with credentials about', {}, { ...emulator, ...named }, 'http://localhost:9023', nobody],
    ['an emulator and credentials', { credentials: file }, emulator, 'http://localhost:9023', file],
    [
      'an endpoint and an emulator',
      { endpoint: 'https://gcs.example.com' },
      emulator,
      'https://gcs.example.com',
      nobody,
    ],
    ['a strange endpoint', { endpoint: 'https://gcs.example.com' }, {}, 'https://gcs.example.com', nobody],
    [
      'a strange endpoint and a named file',
      { endpoint: 'https://gcs.example.com' },
      named,
      'https://gcs.example.com',
      adc,
    ],
    [
      'an endpoint that looks like one',
      { endpoint: 'https://notgoogleapis.com' },
      {},
      'https://notgoogleapis.com',
      nobody,
    ],
    [
      "an endpoint of Google's",
      { endpoint: 'storage-x.p.googleapis.com' },
      {},
      'https://storage-x.p.googleapis.com',
      adc,
    ],
  ])('%s', (_, definition, environment, endpoint, signIn) => {
    const settings = gcsSettings({ url: 'gs://state/prefix', ...definition }, environment);
    expect(settings).toMatchObject({ bucket: 'state', url: 'gs://state', endpoint, signIn });
  });

  it('an endpoint that holds more than a host and a port is refused, and not repeated', () => {
    const definition = { url: 'gs://state', endpoint: 'https://user:hunter2@host/path' };
    expect(() => gcsSettings(definition, {})).toThrow(/host\[:port\]/);
    expect(() => gcsSettings(definition, {})).not.toThrow(/hunter2/);
  });

  it('credentials of another kind of store are refused', () => {
    const definition: StoreDefinition = { url: 'gs://state', credentials: { profile: 'x' } };
    expect(() => gcsSettings(definition, {})).toThrow(/credentialsFile or workloadIdentity/);
  });

  it('what the definition denies is denied', () => {
    const driver = openDriver(
      { url: 'gs://state/prefix', capabilities: { versions: false } },
      { environment: {}, clock: systemClock },
    );
    expect(driver.url).toBe('gs://state');
    expect(driver.capabilities).toMatchObject({ versions: false, writeIfMatch: true, multipartCopy: false });
  });
});
