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

  it('raises no limit: of two bounds, the narrower one holds', () => {
    const parts = { minSize: 5, maxSize: 100, maxCount: 10 };
    const driver = createMemoryDriver({
      capabilities: { maxKeyBytes: 1024, maxWriteSize: 100, parts, statChecksums: ['md5', 'sha256'] },
    });
    const { capabilities } = compose(
      driver,
      limited({
        maxKeyBytes: 2000,
        maxWriteSize: 10,
        parts: { minSize: 8, maxSize: 200, maxCount: 5 },
        statChecksums: ['md5', 'crc32c'],
      }),
    );
    expect(capabilities).toEqual({
      ...driver.capabilities,
      maxWriteSize: 10,
      parts: { minSize: 8, maxSize: 100, maxCount: 5 },
      statChecksums: ['md5'],
    });
  });
});
