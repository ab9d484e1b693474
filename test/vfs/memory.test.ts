import { compose } from '../../lib/vfs/driver.ts';
import { prefixed } from '../../lib/vfs/layers/prefix.ts';
import { createMemoryDriver, type MemoryOptions } from '../../lib/vfs/memory/driver.ts';
import { MemorySpace } from '../../lib/vfs/memory/space.ts';
import type { Harness } from '../conformance/harness.ts';
import { describeDriver } from '../conformance/suite.ts';

function memoryHarness(options: MemoryOptions = {}): Harness {
  const space = new MemorySpace(options);
  const open = async () => createMemoryDriver({ space });
  return {
    open,
    second: open,
    plantMarker: async (key) => {
      const content = { bytes: new Uint8Array(), headers: {}, metadata: {} };
      space.put(key, content, { kind: 'none' }, { operation: 'plant', target: key });
    },
  };
}

await describeDriver('memory', memoryHarness());
await describeDriver('memory with revisions that follow the content', memoryHarness({ revisions: 'content' }));
await describeDriver('memory with versions', memoryHarness({ versions: true }));
await describeDriver('memory under a prefix', {
  open: async () => compose(createMemoryDriver({ versions: true }), prefixed('some/where')),
});
