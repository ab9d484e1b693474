import { type Expectation, refuseOther } from './body.ts';
import type { ObjectBody } from './types.ts';

/**
 * Passes chunks on one behind, so that the last one leaves only after the body ended well: a store that verifies nothing gets no whole body of wrong
 * bytes. Never passes on more than the request announced.
 */
export async function* heldBack(body: ObjectBody, expected: Expectation): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array | undefined;
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > expected.size) {
      refuseOther(expected, size, {});
    }
    if (held !== undefined) {
      yield held;
    }
    held = chunk;
  }
  if (held !== undefined) {
    yield held;
  }
}
