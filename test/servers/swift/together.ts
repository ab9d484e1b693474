import { setTimeout as sleep } from 'node:timers/promises';
import { bytesBody } from '../../../lib/vfs/body.ts';
import type { Layer } from '../../../lib/vfs/driver.ts';
import { aroundCalls } from '../../../lib/vfs/layers/around.ts';
import type { BodySource } from '../../../lib/vfs/types.ts';

/** Milliseconds in which others begin their writes too. */
const whileOthersBegin = 150;

/**
 * Makes conditional writes wait for a moment between their head and their body. Whether a store looks for the object when a write begins or when
 * it ends is then no matter of chance.
 */
export const togetherWhenMaking: Layer = (inner) =>
  aroundCalls(inner, ({ conditional, source, signal }, run) =>
    run(signal, conditional && source?.bytes !== undefined ? hesitating(source, source.bytes) : source),
  );

function hesitating({ size, checksums }: BodySource, bytes: Uint8Array): BodySource {
  return {
    size,
    checksums,
    open: async () => {
      const body = bytesBody(bytes);
      return {
        cancel: () => body.cancel(),
        async *[Symbol.asyncIterator]() {
          await sleep(whileOthersBegin);
          yield* body;
        },
      };
    },
  };
}
