import { afterEach, describe, expect, it } from '@jest/globals';
import { openStore } from '../../../lib/vfs/open.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { createFastClock } from '../../support/clock.ts';
import { type Received, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '../s3/scripted-server.ts';

let server: ScriptedServer;
let store: Store;

afterEach(async () => {
  await store.close();
  await server.close();
});

async function toldBy(answer: (request: Received) => ScriptedAnswer) {
  server = await startScriptedServer(answer);
  const definition = { url: 'gs://state/prefix', endpoint: server.endpoint };
  store = await openStore(definition, { environment: {}, clock: createFastClock(), attempts: 1 });
  return store.bucketSettings();
}

const json = (value: unknown, status = 200): ScriptedAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const refusal = (code: number, message = '') =>
  json({ error: { code, message, errors: [{ reason: 'forbidden' }] } }, code);
const isOfPolicy = ({ url }: Received) => url.includes('/iam?');

describe('the settings of a bucket of Google', () => {
  it('take two requests', async () => {
    const settings = await toldBy((request) =>
      isOfPolicy(request)
        ? json({ bindings: [{ members: ['user:a@example.com'] }] })
        : json({
            versioning: { enabled: true },
            iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
            encryption: { defaultKmsKeyName: 'projects/p/locations/eu/keyRings/r/cryptoKeys/k' },
            lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: 3, isLive: true } }] },
          }),
    );
    expect(settings).toEqual({
      lifecycle: {
        kind: 'known',
        value: {
          atMidnight: false,
          rules: [
            {
              name: 'number 1',
              filter: { prefixes: [], suffixes: [], unjudged: [] },
              actions: [{ kind: 'delete', when: { afterDays: 3 } }],
            },
          ],
        },
      },
      versioning: { kind: 'known', value: 'enabled' },
      publicAccessBlock: {
        kind: 'known',
        value: { refusesAcls: true, ignoresAcls: true, refusesPolicy: true, ignoresPolicy: true },
      },
      policyIsPublic: { kind: 'known', value: false },
      grants: { kind: 'absent' },
      acls: { kind: 'known', value: 'off' },
      retention: { kind: 'absent' },
      encryption: {
        kind: 'known',
        value: { algorithm: 'AES256', key: 'projects/p/locations/eu/keyRings/r/cryptoKeys/k' },
      },
    });
    expect(server.received.map(({ method, url }) => `${method} ${url.split('?')[0]}`)).toEqual([
      'GET /storage/v1/b/state',
      'GET /storage/v1/b/state/iam',
    ]);
  });

  it('are unknown where they may not be asked for, each half by itself', async () => {
    const settings = await toldBy((request) => (isOfPolicy(request) ? refusal(403, 'no policy') : json({})));
    expect(settings).toMatchObject({
      versioning: { kind: 'absent' },
      policyIsPublic: { kind: 'unknown', because: 'denied', reason: expect.stringContaining('no policy') },
    });
    await store.close();
    await server.close();
    const other = await toldBy((request) => (isOfPolicy(request) ? json({}) : refusal(403, 'no bucket')));
    expect(other).toMatchObject({
      lifecycle: { kind: 'unknown', because: 'denied', reason: expect.stringContaining('no bucket') },
      encryption: { kind: 'unknown', because: 'denied' },
      policyIsPublic: { kind: 'known', value: false },
    });
  });

  it.each([
    [503, 'Unavailable'],
    [401, 'Unauthenticated'],
    [429, 'RateLimited'],
  ])('are not guessed from a %i', async (status, code) => {
    await expect(toldBy(() => refusal(status))).rejects.toMatchObject({ code });
  });

  it('are not known of a bucket that is not there', async () => {
    await expect(toldBy(() => refusal(404, 'The specified bucket does not exist.'))).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  });
});
