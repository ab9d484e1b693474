import { expect, it } from '@jest/globals';
import { requests } from '../../bench/requests.ts';
import { isKept } from '../../bench/row.ts';

/** The bounds of a key outside groups, through the real driver; `requests` itself throws when the servers count otherwise than the layer. */
it('costs, from S3 to S3, as many requests as the bounds say and no more', async () => {
  const rows = await requests('quick', 30);
  const bounded = rows.flatMap((row) => (row.atMost === undefined ? [] : [[row.name, row.value]]));
  expect(Object.fromEntries(bounded)).toEqual({
    'requests: new object': 4,
    'requests: changed object': 4,
    'requests: duplicate event': 2,
    'requests: deleted objects, in a batch of 10, without 1 look at their cluster': 4,
    'requests: event for what is at neither end': 2,
    'requests: first copy of 30 objects, without its 2 lists': 3,
    'requests: reconcile of 30 objects that finds nothing': 2,
  });
  expect(rows.filter((row) => !isKept(row))).toEqual([]);
});
