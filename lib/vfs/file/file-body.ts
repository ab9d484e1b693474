import type { FileHandle } from 'node:fs/promises';
import type { ByteRange, ObjectBody } from '../types.ts';

const chunkBytes = 256 * 1024;

/** The bytes of an open file in a range, as far as there are any. Leaves the file open. */
export async function* fileChunks(
  handle: FileHandle,
  { offset, length }: ByteRange,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = offset + length;
  for (let position = offset; position < end; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, end - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, position);
    if (bytesRead === 0) {
      return;
    }
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The bytes of an open file in a range. Closes the file at the end, on a failure, and when it is cancelled. */
export function fileBody(handle: FileHandle, range: ByteRange): ObjectBody {
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= handle.close();
    return closed;
  };
  async function* chunks() {
    try {
      for await (const chunk of fileChunks(handle, range)) {
        yield chunk;
        if (closed !== undefined) {
          return;
        }
      }
    } finally {
      await close();
    }
  }
  return { [Symbol.asyncIterator]: chunks, cancel: close };
}
