import type { Capabilities } from '../../lib/vfs/capabilities.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import type { ObjectEntry } from '../../lib/vfs/types.ts';

/** Does something before the first call of this operation on this key reaches the store: what another client did in between. */
export function onFirst(operation: string, key: string, act: () => Promise<unknown>, times = 1): Layer {
  let left = times;
  return (inner) =>
    aroundCalls(inner, async (call, run) => {
      if (left > 0 && call.operation === operation && call.key === key) {
        left -= 1;
        await act();
      }
      return run(call.signal);
    });
}

/** A store that can do less. */
export function limited(less: Partial<Capabilities>): Layer {
  return (inner) => ({
    ...aroundCalls(inner, (call, run) => run(call.signal)),
    capabilities: { ...inner.capabilities, ...less },
  });
}

/** A store whose listings say less. */
export function listingOnly(reduce: (entry: ObjectEntry) => ObjectEntry): Layer {
  return (inner) => ({
    ...aroundCalls(inner, (call, run) => run(call.signal)),
    listPage: async (options) => {
      const page = await inner.listPage(options);
      return { ...page, entries: page.entries.map(reduce) };
    },
  });
}

/** Counts the bodies that a store opened and that were cancelled. */
export function bodies(): { readonly layer: Layer; opened: number; cancelled: number } {
  const counts = { opened: 0, cancelled: 0 };
  const layer: Layer = (inner) => ({
    ...aroundCalls(inner, (call, run) => run(call.signal)),
    read: async (key, options) => {
      const result = await inner.read(key, options);
      if (result === undefined) {
        return undefined;
      }
      counts.opened += 1;
      const cancel = () => {
        counts.cancelled += 1;
        return result.body.cancel();
      };
      return { ...result, body: { [Symbol.asyncIterator]: () => result.body[Symbol.asyncIterator](), cancel } };
    },
  });
  return Object.assign(counts, { layer });
}

/** Lets one request of a kind through, and loses the others on their way. */
export function onlyOnce(operation: string): Layer {
  let seen = 0;
  return (inner) =>
    aroundCalls(inner, async (call, run) => {
      seen += call.operation === operation ? 1 : 0;
      if (call.operation === operation && seen > 1) {
        const [target, reason] = [call.key, 'lost on its way'];
        throw new VfsError({ code: 'RateLimited', operation, target, reason });
      }
      return run(call.signal);
    });
}
