import { describe, expect, it } from '@jest/globals';
import { openControl } from '../../lib/control/open-control.ts';
import type { Capabilities } from '../../lib/vfs/capabilities.ts';
import { compose, type Driver, type Layer } from '../../lib/vfs/driver.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../lib/vfs/store-definition.ts';
import { faultsByRule } from '../support/faults.ts';
import { contentsOf, countRequests } from '../support/memory-stores.ts';

const amazon = { url: 's3://acme-statesync-control' };
const compatible = { ...amazon, endpoint: 'https://s3.example.com' };

/** A store that takes conditions and heeds none of them. */
const heedless: Layer = (inner) => ({
  url: inner.url,
  capabilities: inner.capabilities,
  stat: (...args) => inner.stat(...args),
  read: (...args) => inner.read(...args),
  listPage: (...args) => inner.listPage(...args),
  write: (key, source, options) => inner.write(key, source, { ...options, precondition: { kind: 'none' } }),
  delete: (key, options) => inner.delete(key, { ...options, precondition: { kind: 'none' } }),
});

function arrange(definition: StoreDefinition, store: Driver, shared = true) {
  const { layer, requests } = countRequests();
  const open = async () => new Store(compose(store, layer));
  return { requests, opened: openControl(definition, { environment: {}, open, shared }) };
}

const memory = (capabilities: Partial<Capabilities> = {}) => createMemoryDriver({ url: amazon.url, capabilities });

describe('a control store', () => {
  it('of Amazon S3 is opened without a request', async () => {
    const { opened, requests } = arrange(amazon, memory());
    expect((await opened).url).toBe(amazon.url);
    expect(requests.total).toBe(0);
  });

  it('that is only like Amazon S3 is tried out first, and left as it was', async () => {
    const driver = memory();
    const { opened, requests } = arrange(compatible, driver);
    expect((await opened).url).toBe(amazon.url);
    expect(requests.total).toBeGreaterThan(5);
    expect(await contentsOf(new Store(driver))).toEqual({});
  });

  it.each([
    [{}, false],
    [{ deleteIfMatch: true }, false],
    [{ maxKeyBytes: 512 }, true],
  ])('of which its entry says %j is tried out: %s', async (capabilities, isTried) => {
    const { opened, requests } = arrange({ ...compatible, capabilities }, memory());
    await opened;
    expect(requests.total > 0).toBe(isTried);
  });

  it.each([
    ['writeIfAbsent', 'has no conditional create'],
    ['writeIfMatch', 'has no conditional overwrite'],
    ['deleteIfMatch', 'has no conditional delete'],
    ['stronglyConsistent', 'may answer with an older revision'],
  ])('without %s is refused, with what it lacks', async (name, lack) => {
    await expect(arrange(amazon, memory({ [name]: false })).opened).rejects.toMatchObject({
      code: 'Unsupported',
      message: `open s3://acme-statesync-control: it cannot be the control store: it ${lack}; name another one under control, such as a bucket of Amazon S3`,
    });
  });

  it('that takes conditions and heeds none is refused, with all of them', async () => {
    const driver = memory();
    await expect(arrange(compatible, heedless(driver)).opened).rejects.toThrow(
      'it has no conditional create, has no conditional overwrite, has no conditional delete; name',
    );
    expect(await contentsOf(new Store(driver))).toEqual({});
  });

  it('that cannot be tried out is not opened, and the reason is the store’s', async () => {
    const denied = faultsByRule([{ operation: 'write', fault: { kind: 'error', code: 'PermissionDenied' } }]);
    await expect(arrange(compatible, compose(memory(), denied.layer)).opened).rejects.toMatchObject({
      code: 'PermissionDenied',
    });
  });

  it('that cannot be tidied up either is not opened for the first reason', async () => {
    const faults = faultsByRule([
      { operation: 'write', nth: 2, fault: { kind: 'error', code: 'Unauthenticated' } },
      { operation: 'delete', fault: { kind: 'error', code: 'PermissionDenied' } },
    ]);
    await expect(arrange(compatible, compose(memory(), faults.layer)).opened).rejects.toMatchObject({
      code: 'Unauthenticated',
    });
  });

  it.each(['file:///var/lib/statesync', 'memfs://control'])(
    'that one machine sees (%s) is for one machine only',
    async (url) => {
      const driver = createMemoryDriver({ url });
      await expect(arrange({ url }, driver).opened).rejects.toThrow(
        `open ${url}: it cannot be the control store: it is seen by one machine only, and the workers are on many`,
      );
      expect((await arrange({ url }, driver, false).opened).url).toBe(url);
    },
  );
});
