import { describe } from '@jest/globals';
import { describeBetween } from './between.ts';
import { startMemoryPlace } from './memory-place.ts';
import { type PlaceName, startPlace } from './places.ts';

const names: readonly PlaceName[] = ['do', 'file'];

for (const name of names) {
  describe(`from S3 to ${name}`, () => describeBetween(startPlace.s3, startPlace[name]));
  describe(`from ${name} to S3`, () => describeBetween(startPlace[name], startPlace.s3));
  describe(`from memory to ${name}`, () => describeBetween(startMemoryPlace, startPlace[name]));
  describe(`from ${name} to memory`, () => describeBetween(startPlace[name], startMemoryPlace));
}
