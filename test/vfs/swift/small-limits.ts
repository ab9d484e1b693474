import { textSource } from '../../../lib/vfs/body.ts';
import type { Part, Upload } from '../../../lib/vfs/multipart.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Written } from '../../../lib/vfs/types.ts';
import { type SwiftCloud, startSwiftCloud } from './cloud.ts';

/** No plain object is larger than this here. */
const most = 1000;

/** What the definition of a store says of such a Swift. */
export const capabilities = { parts: { minSize: 1, maxSize: most, maxCount: 10 } };

export const signal = new AbortController().signal;

/** Parts that were sent, and how to make the object of them. */
export interface Sent {
  readonly upload: Upload;
  readonly parts: readonly Part[];
  complete(): Promise<Written>;
}

/** A Swift in which objects are soon too large. */
export function startSmallSwift(): Promise<SwiftCloud> {
  return startSwiftCloud({ limits: { maxFileSize: most, maxSegments: capabilities.parts.maxCount } });
}

/** Names of what the driver keeps beside objects, without the ids of uploads. */
export function ownNames({ account }: SwiftCloud): readonly string[] {
  return account
    .names('state')
    .filter((name) => name.startsWith('.statesync/'))
    .map((name) => name.replace(/[0-9a-f-]{36}/, 'ID'));
}

/** Sends parts, and does not complete. */
export async function sendTexts(store: Store, key: string, texts: readonly string[]): Promise<Sent> {
  const upload = await store.uploads.begin(key, { signal, headers: {}, metadata: {} });
  const parts: Part[] = [];
  for (const [index, text] of texts.entries()) {
    parts.push(await store.uploads.putPart(upload, index + 1, textSource(text), signal));
  }
  const complete = () =>
    store.uploads.complete(upload, parts, { signal, precondition: { kind: 'none' }, checksums: {} });
  return { upload, parts, complete };
}
