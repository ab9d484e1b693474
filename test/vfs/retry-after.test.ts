import { expect, it } from '@jest/globals';
import { retryAfter } from '../../lib/vfs/retry-after.ts';

const date = 'Wed, 21 Oct 2026 07:28:00 GMT';

it.each([
  [undefined, date, undefined],
  ['0', undefined, 0],
  ['120', undefined, 120_000],
  ['Wed, 21 Oct 2026 07:28:30 GMT', date, 30_000],
  ['Wed, 21 Oct 2026 07:27:30 GMT', date, undefined],
  ['Wed, 21 Oct 2026 07:28:30 GMT', undefined, undefined],
  ['-1', date, undefined],
  ['soon', date, undefined],
])('Retry-After: %s, where it is %s, asks to wait %s ms', (text, now, ms) => {
  expect(retryAfter(text, now)).toBe(ms);
});
