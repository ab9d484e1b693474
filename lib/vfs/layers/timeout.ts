import { abortableBody } from '../body.ts';
import type { Layer } from '../driver.ts';
import { VfsError } from '../errors.ts';
import type { BodySource, ObjectBody } from '../types.ts';
import { aroundCalls, type DriverCall } from './around.ts';
import { Deadline } from './deadline.ts';

/** Added to the time of a call whose bytes are in memory, so that nobody sees them leave. */
const msPerMiB = 1000;

/**
 * What the store does alone, without a byte from us, and takes its time for. S3: a `CompleteMultipartUpload` may take
 * several minutes (Amazon S3 API Reference).
 */
const longOperations: ReadonlySet<string> = new Set(['complete', 'copy', 'copyPart']);
const longFactor = 10;

/**
 * Gives calls so many milliseconds, then aborts them and rejects with `DeadlineExceeded`.
 *
 * What streams may last for any time, as long as bytes move: a write has the time for each chunk that is taken from its
 * source and for the answer after the last, a body for each chunk that the caller waits for. A write of bytes in memory
 * has a second more for each MiB, and what the store does alone (a copy, the making of an object from its parts) ten
 * times as long.
 */
export function timeout(ms: number): Layer {
  return (inner) =>
    aroundCalls(inner, async (call, run) => {
      const deadline = new Deadline(timeFor(call, ms), call.signal);
      deadline.start();
      try {
        const answer = await run(deadline.signal, call.source && watchedSource(call.source, deadline));
        deadline.stop();
        return withWatchedBody(answer, call, deadline);
      } catch (error) {
        deadline.release();
        throw deadline.passed ? exceeded(call, deadline, streams(call) ? 'progress' : 'answer', error) : error;
      }
    });
}

/** Whether it sends bytes that are seen to leave. */
function streams({ source }: DriverCall): boolean {
  return source !== undefined && source.bytes === undefined;
}

function timeFor({ operation, source }: DriverCall, ms: number): number {
  if (source?.bytes !== undefined) {
    return ms + msPerMiB * Math.ceil(source.size / 2 ** 20);
  }
  return longOperations.has(operation) ? longFactor * ms : ms;
}

/** A source of which every chunk is progress: one that is asked for, for the last one has left, and one that comes. */
function watchedSource(source: BodySource, deadline: Deadline): BodySource {
  const { size, checksums, bytes } = source;
  const open = async (signal: AbortSignal): Promise<ObjectBody> => {
    const body = await source.open(signal);
    async function* pass() {
      for await (const chunk of body) {
        deadline.restart();
        yield chunk;
        deadline.restart();
      }
    }
    return { [Symbol.asyncIterator]: pass, cancel: () => body.cancel() };
  };
  return { size, checksums, ...(bytes === undefined ? {} : { bytes }), open };
}

/** An answer with a body lets go of the deadline when the body ends or is let go; any other at once. */
function withWatchedBody<T>(answer: T, call: DriverCall, deadline: Deadline): T {
  if (typeof answer !== 'object' || answer === null || !('body' in answer)) {
    deadline.release();
    return answer;
  }
  return { ...answer, body: watchedBody(answer.body as ObjectBody, call, deadline) };
}

/** A body that may not keep the caller waiting for its next chunk. The caller may take any time between two. */
function watchedBody(inner: ObjectBody, call: DriverCall, deadline: Deadline): ObjectBody {
  const body = abortableBody(inner, deadline.signal, { operation: call.operation, target: targetOf(call) });
  async function* pass() {
    try {
      deadline.start();
      for await (const chunk of body) {
        deadline.stop();
        yield chunk;
        deadline.start();
      }
    } catch (error) {
      throw deadline.passed ? exceeded(call, deadline, 'bytes', error) : error;
    } finally {
      deadline.release();
    }
  }
  const cancel = async () => {
    deadline.release();
    await body.cancel();
  };
  return { [Symbol.asyncIterator]: pass, cancel };
}

function exceeded(call: DriverCall, { ms }: Deadline, awaited: string, cause: unknown): VfsError {
  const reason = `no ${awaited} within ${ms} ms`;
  return new VfsError({ code: 'DeadlineExceeded', operation: call.operation, target: targetOf(call), reason, cause });
}

function targetOf({ url, key }: DriverCall): string {
  return `${url}/${key}`;
}
