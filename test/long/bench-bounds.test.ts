import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import type { Row } from '../../bench/row.ts';

/** Everything that is timed runs in processes of its own; here only the rows are looked at. Other tools have no bounds. */
const benches = ['requests', 'small', 'large', 'listing', 'bundles'];

it('keeps every bound of the bench, with little work', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'bench/main.ts', ...benches, '--quick', '--json'],
    { timeout: 300_000, maxBuffer: 1 << 24 },
  );
  const { rows } = JSON.parse(stdout) as { readonly rows: readonly Row[] };
  const bounded = rows.filter(({ atMost }) => atMost !== undefined);
  expect(bounded.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'requests: new object',
      'small: peak memory, first copy',
      'large: peak memory',
      'listing: memory of ten times the keys',
      'bundles: replicate, beside the bare bundled client',
    ]),
  );
  expect(bounded.filter(({ value, atMost = 0 }) => !(value <= atMost))).toEqual([]);
});
