import { classify, type KeyInfo } from '../kops/layout.ts';
import { defaultDeletePolicy, neverCarriedClasses } from '../kops/object-class.ts';
import { isVfsError } from '../vfs/errors.ts';
import type { Store } from '../vfs/store.ts';
import { mapInOrder } from './in-order.ts';
import { entriesInOrder, inStep, type Sides } from './in-step.ts';
import { provedByDigest, sameBytes } from './same-bytes.ts';
import type { Verdict } from './verdict.ts';

/** What is compared, and how. */
export interface VerifyOptions {
  readonly signal: AbortSignal;
  /**
   * Only keys that begin with this text.
   * @default '' the whole store
   */
  readonly prefix?: string;
  /** Which objects are compared. @default all of them */
  readonly includes?: (info: KeyInfo) => boolean;
  /** Whether digests that both stores hold are enough, where they prove equality; else everything is read. @default false */
  readonly fast?: boolean;
  /** Whether a key that only B has is no difference where its class is one that a replica keeps. @default false */
  readonly allowRetained?: boolean;
  /** Keys compared at a time. @default 8 */
  readonly concurrency?: number;
  /** Told of raw keys that are no object keys, and are left out. */
  readonly onMarker?: (side: 'a' | 'b', text: string) => void;
}

/**
 * Compares two stores key by key, and yields what it found in the order of keys.
 *
 * It shares no code with the replication and believes nothing that the replication wrote: sizes come from listings, equality from the SHA-256 of
 * bytes that were read on both sides. The project's own objects are left out. Rejects with `VfsError` when a listing fails.
 */
export async function* verifyStores(a: Store, b: Store, options: VerifyOptions): AsyncGenerator<Verdict> {
  const { signal, prefix = '', onMarker = () => {}, concurrency = 8 } = options;
  const walk = inStep(
    entriesInOrder(a, { prefix, signal, onMarker: (text) => onMarker('a', text) }),
    entriesInOrder(b, { prefix, signal, onMarker: (text) => onMarker('b', text) }),
  );
  yield* mapInOrder(included(walk, options), concurrency, (sides) => judge(sides, a, b, options));
}

async function* included(
  walk: AsyncIterable<Sides>,
  { includes = () => true }: VerifyOptions,
): AsyncGenerator<Sides & { readonly info: KeyInfo }> {
  for await (const sides of walk) {
    const info = classify(sides.key);
    if (info.class !== undefined && includes(info)) {
      yield { ...sides, info };
    }
  }
}

async function judge(
  { key, a: x, b: y, info }: Sides & { readonly info: KeyInfo },
  a: Store,
  b: Store,
  options: VerifyOptions,
): Promise<Verdict> {
  if (x === undefined || y === undefined) {
    return judgeAlone(key, info, { size: (x ?? y)?.size ?? 0, in: x === undefined ? 'b' : 'a' }, options);
  }
  if (x.size !== y.size) {
    return { kind: 'differs', key, reason: `${x.size} bytes in A, ${y.size} in B` };
  }
  try {
    const same = { a, b, key, signal: options.signal };
    if (options.fast === true && (await provedByDigest({ a: x, b: y }, same))) {
      return { kind: 'same', key, size: x.size, by: 'digest' };
    }
    return (await sameBytes(same))
      ? { kind: 'same', key, size: x.size, by: 'reading' }
      : { kind: 'differs', key, reason: `${x.size} bytes in both, of other content` };
  } catch (error) {
    if (!isVfsError(error) || error.code === 'Aborted') {
      throw error;
    }
    return { kind: 'error', key, reason: error.message, code: error.code };
  }
}

function judgeAlone(
  key: string,
  { class: objectClass }: KeyInfo,
  side: { readonly size: number; readonly in: 'a' | 'b' },
  { allowRetained = false }: VerifyOptions,
): Verdict {
  const { size } = side;
  if (side.in === 'a') {
    const never = objectClass !== undefined && neverCarriedClasses.has(objectClass);
    return { kind: never ? 'never-replicated' : 'only-in-a', key, size };
  }
  const kept = objectClass !== undefined && defaultDeletePolicy[objectClass] === 'retain';
  return { kind: allowRetained && kept ? 'retained' : 'only-in-b', key, size };
}
