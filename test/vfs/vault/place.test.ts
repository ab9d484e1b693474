import { expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import { textOf } from '../../support/sources.ts';
import { startVaultPlace } from './place.ts';

it('a store is opened by its URL, with its prefix and without its query, and leaves no connection', async () => {
  const place = await startVaultPlace();
  const store = await openStore(place.definition, { environment: place.environment, clock: systemClock });
  expect(store.url).toMatch(/^vault:\/\/127\.0\.0\.1:\d+\/kv\/clusters\/[-0-9a-f]{36}$/);
  await store.write('pki/private/ca/keyset.yaml', textSource('key'));
  expect(await textOf((await store.read('pki/private/ca/keyset.yaml')).body)).toBe('key');
  expect(place.requests()).toMatchObject({ write: 1 });
  await store.close();
  while (place.openConnections() > 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  await place.close();
});
