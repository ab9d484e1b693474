import { VfsError } from '../../lib/vfs/errors.ts';
import type { BodySource, ObjectBody } from '../../lib/vfs/types.ts';

/** What goes wrong with bytes under way: of the body that a read gives, or of the source that a write takes. */
export type BodyFault =
  /** Ends after so many bytes as if that were all. */
  | { readonly kind: 'truncated-body'; readonly after: number }
  /** Breaks off after so many bytes with `Unavailable`. */
  | { readonly kind: 'torn-body'; readonly after: number }
  /** One bit of the byte at this offset is wrong. Bodies that end before it are left alone. */
  | { readonly kind: 'flipped-byte'; readonly at: number };

export function isBodyFault(fault: { readonly kind: string } | undefined): fault is BodyFault {
  return fault !== undefined && ['truncated-body', 'torn-body', 'flipped-byte'].includes(fault.kind);
}

export function spoiledSource({ size, checksums, open }: BodySource, fault: BodyFault): BodySource {
  return { size, checksums, open: async (signal) => spoiledBody(await open(signal), fault) };
}

export function spoiledBody(body: ObjectBody, fault: BodyFault): ObjectBody {
  const spoil =
    fault.kind === 'flipped-byte' ? flipped(body, fault.at) : cut(body, fault.after, fault.kind === 'torn-body');
  return { [Symbol.asyncIterator]: () => spoil, cancel: () => body.cancel() };
}

async function* flipped(body: ObjectBody, at: number): AsyncGenerator<Uint8Array, void, undefined> {
  let offset = 0;
  for await (const chunk of body) {
    const index = at - offset;
    offset += chunk.byteLength;
    const byte = chunk[index];
    yield byte === undefined ? chunk : Uint8Array.from(chunk).fill(byte ^ 1, index, index + 1);
  }
}

async function* cut(body: ObjectBody, after: number, torn: boolean): AsyncGenerator<Uint8Array, void, undefined> {
  let left = after;
  for await (const chunk of body) {
    if (chunk.byteLength > left) {
      yield chunk.subarray(0, left);
      await body.cancel();
      if (torn) {
        const reason = 'the connection broke off (injected)';
        throw new VfsError({ code: 'Unavailable', operation: 'read', target: 'body', reason });
      }
      return;
    }
    left -= chunk.byteLength;
    yield chunk;
  }
}
