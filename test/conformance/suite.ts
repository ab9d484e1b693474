import { afterAll, describe, expect, it } from '@jest/globals';
import { compose } from '../../lib/vfs/driver.ts';
import { limited } from '../../lib/vfs/layers/limited.ts';
import { probeStore } from '../../lib/vfs/probe.ts';
import { Store } from '../../lib/vfs/store.ts';
import { abortTests } from './aborts.ts';
import { concurrencyTests } from './concurrency.ts';
import { conditionTests } from './conditions.ts';
import { copyTests } from './copies.ts';
import { deleteTests } from './deletes.ts';
import { findingsOf, type Harness } from './harness.ts';
import { keyTests } from './keys.ts';
import { listTests } from './lists.ts';
import { metadataTests } from './metadata.ts';
import { modelTests } from './model.ts';
import { multipartTests } from './multipart.ts';
import { readTests } from './reads.ts';
import { refusalTests } from './refusals.ts';
import { statTests } from './stats.ts';
import { Trial } from './trial.ts';
import { versionTests } from './versions.ts';
import { writeTests } from './writes.ts';

const parts = {
  stats: statTests,
  reads: readTests,
  writes: writeTests,
  conditions: conditionTests,
  deletes: deleteTests,
  lists: listTests,
  keys: keyTests,
  metadata: metadataTests,
  multipart: multipartTests,
  copies: copyTests,
  versions: versionTests,
  aborts: abortTests,
  refusals: refusalTests,
  concurrency: concurrencyTests,
  model: modelTests,
};

/**
 * The contract of `Driver`, as tests. A driver's own test awaits this, at the top of its file, and adds only what is its own.
 *
 * A probe goes first and finds out which of the declared capabilities the store honours. What the harness knows not to be honoured
 * is left out of the tests.
 */
export async function describeDriver(name: string, harness: Harness): Promise<void> {
  const driver = await harness.open();
  const [probe] = await Promise.allSettled([probeStore(driver)]);
  const found = probe.status === 'fulfilled' ? probe.value : {};
  const { capabilities, notHonoured } = findingsOf(driver.capabilities, found, harness.notHonoured);
  const honoured = limited(capabilities);
  const second = (await harness.second?.()) ?? driver;
  const trial = new Trial(new Store(compose(driver, honoured)), new Store(compose(second, honoured)), harness);
  describe(`${name} conforms`, () => {
    afterAll(async () => {
      await driver.close?.();
      if (second !== driver) {
        await second.close?.();
      }
      await harness.close?.();
    });

    it('lets itself be probed', () => {
      expect(probe).toMatchObject({ status: 'fulfilled' });
    });

    it('honours every capability that it declares, but for those known', () => {
      expect([...notHonoured].sort()).toEqual(Object.keys(harness.notHonoured ?? {}).sort());
    });

    for (const [part, define] of Object.entries(parts)) {
      describe(part, () => define(trial));
    }

    it('has no deviation that names no test', () => {
      expect(trial.strayDeviations).toEqual([]);
    });
  });
}
