import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { type CallReport, instrument } from '../../../lib/vfs/layers/instrument.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { createFastClock } from '../../support/clock.ts';
import { faultsByRule } from '../../support/faults.ts';

describe('instrument', () => {
  it('reports each call once, with its time and how it ended', async () => {
    const clock = createFastClock();
    const reports: CallReport[] = [];
    const slow = faultsByRule([{ operation: 'write', fault: { kind: 'delay', ms: 25 } }], clock);
    const store = new Store(
      compose(
        createMemoryDriver(),
        slow.layer,
        instrument((report) => reports.push(report), clock),
      ),
    );
    await store.write('k', textSource('text'));
    await (await store.read('k')).body.cancel();
    await store.find('absent');
    await store.listPage('k');
    const url = 'memfs://memory';
    expect(reports).toEqual([
      { operation: 'write', url, key: 'k', ms: 25, result: 'ok' },
      { operation: 'read', url, key: 'k', ms: 0, result: 'ok' },
      { operation: 'stat', url, key: 'absent', ms: 0, result: 'NotFound' },
      { operation: 'list', url, key: 'k', ms: 0, result: 'ok' },
    ]);
  });

  it('passes failures on as they are', async () => {
    const broken = new Error('no error of ours');
    const driver = { ...createMemoryDriver(), stat: () => Promise.reject(broken) };
    const reports: CallReport[] = [];
    const store = new Store(
      compose(
        driver,
        instrument((report) => reports.push(report), createFastClock()),
      ),
    );
    await expect(store.stat('k')).rejects.toBe(broken);
    expect(reports[0]?.result).toBe('Unknown');
  });
});
