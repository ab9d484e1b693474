import { forEachConcurrently, settleAll } from '../flow/concurrency.ts';
import { bytesSource, refuseOther } from '../vfs/body.ts';
import { DigestTap, digestBytes } from '../vfs/checksums.ts';
import { VfsError } from '../vfs/errors.ts';
import type { Part, Upload } from '../vfs/multipart.ts';
import type {
  ByteRange,
  ChecksumAlgorithm,
  ChecksumSet,
  ContentHeaders,
  Metadata,
  ObjectStat,
  Precondition,
  Written,
} from '../vfs/types.ts';
import { collectPinned } from './read-pinned.ts';
import type { ReplicationContext } from './replication-context.ts';

/** A finished write, and the digests of the content as it was read. */
export interface Sent {
  readonly written: Written;
  readonly digests: ChecksumSet;
}

interface PartsOptions {
  readonly precondition: Precondition;
  readonly headers: ContentHeaders;
  readonly metadata: Metadata;
}

/** Milliseconds for the abort of an upload that failed, when the caller's own time may be over. */
const abortMs = 2_000;
/** Parts that the store copies itself cost no memory, so they may be larger than those that pass through. */
const copiedPartFactor = 16;

/**
 * Writes an object in parallel parts, each pinned to the source's revision.
 *
 * Where the store can copy parts itself, no byte passes through, and it vouches for the copy; else memory is bounded by the parts in flight, and
 * the content is digested in order.
 */
export async function transferParts(
  context: ReplicationContext,
  stat: ObjectStat,
  options: PartsOptions,
): Promise<Sent> {
  const { destination, signal } = context;
  const { precondition, ...attributes } = options;
  const upload = await destination.uploads.begin(stat.key, { signal, ...attributes });
  try {
    const { parts, digests } = (await copyParts(context, stat, upload)) ?? (await sendParts(context, stat, upload));
    const written = await destination.uploads.complete(upload, parts, { signal, precondition, checksums: digests });
    return { written, digests };
  } catch (error) {
    await destination.uploads.abort(upload, AbortSignal.timeout(abortMs)).catch(() => {}); // The first error is the one to tell; a lifecycle rule ends what stays.
    throw error;
  }
}

interface Parts {
  readonly parts: readonly Part[];
  readonly digests: ChecksumSet;
}

async function copyParts(context: ReplicationContext, stat: ObjectStat, upload: Upload): Promise<Parts | undefined> {
  const { source, destination, signal, partsInFlight } = context;
  const partSize = Math.min(partSizeFor(context, stat.size) * copiedPartFactor, destination.capabilities.parts.maxSize);
  const ranges = rangesOf(stat.size, partSize);
  const copy = (number: number, range: ByteRange) =>
    destination.uploads.copyPart(
      upload,
      number,
      { driver: source.driver, key: stat.key },
      { signal, range, sourceIfMatch: stat.revision },
    );
  const [first, ...rest] = ranges;
  const firstPart = first && (await copy(1, first)); // Alone, since it tells whether this pair can copy at all.
  if (firstPart === undefined) {
    return undefined;
  }
  const parts: Part[] = [firstPart];
  await forEachConcurrently(rest.entries(), partsInFlight, async ([index, range]) => {
    const part = await copy(index + 2, range);
    if (part === undefined) {
      const target = `${destination.url}/${stat.key}`;
      throw new VfsError({
        code: 'Unavailable',
        operation: 'copyPart',
        target,
        reason: 'the store copied one part and refused another',
      });
    }
    parts[index + 1] = part;
  });
  return { parts, digests: {} };
}

async function sendParts(context: ReplicationContext, stat: ObjectStat, upload: Upload): Promise<Parts> {
  const { source, destination, signal, memory } = context;
  const whole = await DigestTap.create(wholeAlgorithms(context, stat));
  const turns = new Turns();
  const parts: Part[] = [];
  const send = (index: number, range: ByteRange) =>
    memory.run(range.length, async () => {
      const bytes = await collectPinned(source, stat, { signal, range });
      const digests = await digestBytes(bytes, partAlgorithms(context));
      const sent = destination.uploads.putPart(upload, index + 1, bytesSource(bytes, digests), signal);
      const digested = turns.take(index, () => whole.update(bytes));
      [parts[index]] = await settleAll([sent, digested]);
    });
  const ranges = rangesOf(stat.size, partSizeFor(context, stat.size));
  await forEachConcurrently(ranges.entries(), context.partsInFlight, ([index, range]) =>
    send(index, range).catch(turns.fail),
  );
  const digests = whole.finish();
  refuseOther(
    { operation: 'read', target: `${source.url}/${stat.key}`, size: stat.size, checksums: stat.checksums },
    whole.size,
    digests,
  );
  return { parts, digests };
}

/** One digest that the destination checks: of those, SHA-256 costs least, since S3's requests are signed with it anyway. */
function partAlgorithms({ destination }: ReplicationContext): readonly ChecksumAlgorithm[] {
  const { writeVerifies } = destination.capabilities;
  return writeVerifies.includes('sha256') ? ['sha256'] : writeVerifies.slice(0, 1);
}

/**
 * The digest of the whole that the destination checks by itself, where the source holds it too: it then compares both ends. Else that digest, and
 * all that the source holds.
 */
function wholeAlgorithms({ destination }: ReplicationContext, stat: ObjectStat): readonly ChecksumAlgorithm[] {
  const own = Object.keys(stat.checksums) as ChecksumAlgorithm[];
  const verified = destination.capabilities.writeVerifies.filter((name) => name === 'crc64nvme' || name === 'crc64xz');
  const shared = verified.find((name) => own.includes(name));
  return shared === undefined ? [...new Set([...own, ...verified])] : [shared];
}

/** Cuts a size into ranges of at most `partSize` bytes. */
export function rangesOf(size: number, partSize: number): ByteRange[] {
  const count = Math.ceil(size / partSize);
  return Array.from({ length: count }, (_, i) => ({
    offset: i * partSize,
    length: Math.min(partSize, size - i * partSize),
  }));
}

/** The part size of an object: the context's, within the store's bounds, and large enough that the parts are not too many. */
export function partSizeFor(
  { destination, partSize }: Pick<ReplicationContext, 'destination' | 'partSize'>,
  size: number,
): number {
  const { minSize, maxSize, maxCount } = destination.capabilities.parts;
  return Math.min(maxSize, Math.max(partSize, minSize, Math.ceil(size / maxCount)));
}

/** Runs steps in the order of their numbers, whatever the order of their coming. */
class Turns {
  #next = 0;
  readonly #waiting = new Map<number, () => void>();
  #failure: { readonly error: unknown } | undefined;

  async take(turn: number, step: () => void): Promise<void> {
    if (turn !== this.#next && this.#failure === undefined) {
      await new Promise<void>((resolve) => this.#waiting.set(turn, resolve));
    }
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
    step();
    this.#next += 1;
    this.#waiting.get(this.#next)?.();
  }

  /** Ends all waiting: the turn of a step that failed will never come. Throws the error on. */
  readonly fail = (error: unknown): never => {
    this.#failure ??= { error };
    for (const wake of this.#waiting.values()) {
      wake();
    }
    throw error;
  };
}
