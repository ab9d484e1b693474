import { describe } from '@jest/globals';
import { describeBetween } from '../replication/across-stores/between.ts';
import { type PlaceName, startPlace } from '../replication/across-stores/places.ts';

const names = Object.keys(startPlace) as PlaceName[];

for (const from of names) {
  for (const to of names) {
    describe(`from ${from} to ${to}`, () => describeBetween(startPlace[from], startPlace[to]));
  }
}
