import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../lib/vfs/body.ts';
import type { Capabilities } from '../../lib/vfs/capabilities.ts';
import type { Driver } from '../../lib/vfs/driver.ts';
import type { CallReport } from '../../lib/vfs/layers/instrument.ts';
import { openStore } from '../../lib/vfs/open.ts';
import { createFastClock } from '../support/clock.ts';
import { contentsOf } from '../support/memory-stores.ts';

const surroundings = () => ({ environment: {}, clock: createFastClock() });

describe('openStore', () => {
  it.each(['S3://bucket', 'ftp://host', 'ssh://host/path'])(
    "refuses the scheme of %s in kOps's words, and names those it knows",
    async (url) => {
      await expect(openStore({ url }, surroundings())).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringMatching(
          `unknown / unhandled path type: "${url}"; this version knows s3://.*file://.*memfs://`,
        ),
      });
    },
  );

  it('opens one memory store by one name, under prefixes', async () => {
    const whole = await openStore({ url: 'memfs://open-prefix' }, surroundings());
    const part = await openStore({ url: 'memfs://open-prefix/a/b' }, surroundings());
    const other = await openStore({ url: 'memfs://open-other' }, surroundings());
    await part.write('k', textSource('text'));
    expect(await contentsOf(whole)).toEqual({ 'a/b/k': 'text' });
    expect(await contentsOf(other)).toEqual({});
    expect([whole.url, part.url]).toEqual(['memfs://open-prefix', 'memfs://open-prefix/a/b']);
  });

  it('counts every attempt: instrumentation lies beneath retries', async () => {
    const reports: CallReport[] = [];
    const options = { ...surroundings(), report: (call: CallReport) => reports.push(call), attempts: 3 };
    const store = await openStore({ url: 'memfs://open-attempts/p' }, options);
    const innermost = beneath(store.driver);
    innermost.stat = () => Promise.reject(new TypeError('broken'));
    await expect(store.stat('k')).rejects.toThrow('broken');
    expect(reports.map(({ operation, key, result }) => [operation, key, result])).toEqual([['stat', 'p/k', 'Unknown']]);
  });

  it('repeats calls that had no answer in time: the timeout lies beneath retries', async () => {
    const reports: CallReport[] = [];
    const options = { ...surroundings(), report: (call: CallReport) => reports.push(call), attempts: 3, timeoutMs: 5 };
    const store = await openStore({ url: 'memfs://open-timeout' }, options);
    beneath(store.driver).stat = (_, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'DeadlineExceeded' });
    expect(reports).toHaveLength(3);
    expect(options.clock.slept).toHaveLength(2);
  });

  it('sends nothing that would change a store opened read-only', async () => {
    const reports: CallReport[] = [];
    const options = { ...surroundings(), report: (call: CallReport) => reports.push(call), readOnly: true };
    const store = await openStore({ url: 'memfs://open-read-only' }, options);
    await expect(store.write('k', textSource('x'))).rejects.toMatchObject({ code: 'PermissionDenied' });
    await expect(store.delete('k')).rejects.toMatchObject({ code: 'PermissionDenied' });
    expect(await contentsOf(store)).toEqual({});
    expect(reports.map(({ operation }) => operation)).toEqual(['list']);
  });

  it('takes away the capabilities that a definition says are not honoured', async () => {
    const capabilities: Partial<Capabilities> = { writeIfMatch: false };
    const store = await openStore({ url: 'memfs://open-limited/p', capabilities }, surroundings());
    expect(store.capabilities).toMatchObject({ writeIfMatch: false, writeIfAbsent: true });
  });
});

/** The driver beneath all layers, with its methods replaceable. */
function beneath(driver: Driver): { stat: Driver['stat'] } & Driver {
  return (driver.inner === undefined ? driver : beneath(driver.inner)) as { stat: Driver['stat'] } & Driver;
}
