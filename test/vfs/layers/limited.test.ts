import { describe, expect, it } from '@jest/globals';
import { compose } from '../../../lib/vfs/driver.ts';
import { limited } from '../../../lib/vfs/layers/limited.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';

describe('limited', () => {
  it('takes away what was found not to hold, and leaves the rest', () => {
    const driver = createMemoryDriver();
    const { capabilities } = compose(driver, limited({ deleteIfMatch: false, writeVerifies: [] }));
    expect(capabilities).toEqual({ ...driver.capabilities, deleteIfMatch: false, writeVerifies: [] });
  });

  it('adds nothing that the driver beneath does not do', () => {
    const driver = createMemoryDriver({ capabilities: { multipart: false } });
    expect(compose(driver, limited({ multipart: true, versions: true })).capabilities).toEqual(driver.capabilities);
  });
});
