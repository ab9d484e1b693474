import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import { eventually } from '../../support/eventually.ts';
import { textOf } from '../../support/sources.ts';
import type { StorePlace } from '../../support/store-place.ts';
import { startSwiftPlace } from './place.ts';

describe('a Swift store as the product opens it', () => {
  let place: StorePlace;

  beforeAll(async () => {
    place = await startSwiftPlace();
  });

  afterAll(() => place.close());

  it('is a container, or a prefix of it', async () => {
    const { environment, definition } = place;
    const whole = await openStore(definition, { environment, clock: systemClock });
    const part = await openStore({ url: `${definition.url}/in/side` }, { environment, clock: systemClock });
    await part.write('k', textSource('text'));
    expect([part.url, whole.url]).toEqual(['swift://state/in/side', 'swift://state']);
    expect(await textOf((await whole.read('in/side/k')).body)).toBe('text');
    expect((await part.listPage('')).entries.map(({ key }) => key)).toEqual(['k']);
    expect(place.requests()).toMatchObject({ token: 2, 'PUT object': 1, 'GET object': 1 });
    await whole.close();
    await part.close();
    await eventually(() => place.openConnections() === 0);
  });

  it('that is not there is said so by the first call', async () => {
    const { environment } = place;
    const store = await openStore({ url: 'swift://other' }, { environment, clock: systemClock });
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'InvalidArgument' });
    await store.close();
  });
});
