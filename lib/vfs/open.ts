import { compose } from './driver.ts';
import type { DriverModule, Surroundings } from './driver-module.ts';
import { VfsError } from './errors.ts';
import { type CallReport, instrument } from './layers/instrument.ts';
import { limited } from './layers/limited.ts';
import { prefixed } from './layers/prefix.ts';
import { readOnly } from './layers/read-only.ts';
import { retry } from './layers/retry.ts';
import { timeout } from './layers/timeout.ts';
import { Store } from './store.ts';
import type { StoreDefinition } from './store-definition.ts';
import { parseStoreUrl, quotedUrl } from './store-url.ts';

export interface OpenOptions extends Surroundings {
  /** Refuse every mutation. @default false */
  readonly readOnly?: boolean;
  /** Told of every request. */
  readonly report?: (call: CallReport) => void;
  /** Attempts of one call, the first one included. @default 4 */
  readonly attempts?: number;
  /** Milliseconds that a call may take without an answer, a stream without a byte: see `timeout`. @default 60000 */
  readonly timeoutMs?: number;
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/**
 * The rooms, each loaded when its scheme is first used: a function that copies S3 to S3 never loads another cloud's
 * SDK.
 */
const rooms: Readonly<Record<string, () => Promise<DriverModule>>> = {
  s3: () => import('./s3/open.ts'),
  do: () => import('./s3/open.ts'),
  linode: () => import('./s3/open.ts'),
  hos: () => import('./s3/open.ts'),
  scw: () => import('./s3/open.ts'),
  gs: () => import('./gcs/open.ts'),
  swift: () => import('./swift/open.ts'),
  k8s: () => import('./kubernetes/open.ts'),
  azureblob: () => import('./azure/open.ts'),
  oss: () => import('./oss/open.ts'),
  file: () => import('./file/open.ts'),
  vault: () => import('./vault/open.ts'),
  memfs: () => import('./memory/open.ts'),
};

/** The schemes of the stores that this version can open. */
export const knownSchemes: readonly string[] = Object.keys(rooms);

/**
 * Opens the store that a definition names, with all layers in their one right order: a call is counted, timed, retried.
 */
export async function openStore(definition: StoreDefinition, options: OpenOptions): Promise<Store> {
  const { scheme, prefix } = parseStoreUrl(definition.url);
  const room = rooms[scheme];
  if (room === undefined) {
    const known = knownSchemes.map((name) => `${name}://`);
    const target = quotedUrl(definition.url);
    // The first words are kOps's (`util/pkg/vfs/context.go`).
    const reason = `unknown / unhandled path type: ${JSON.stringify(target)}; this version knows ${known.join(', ')}`;
    throw new VfsError({ code: 'InvalidArgument', operation: 'open', target, reason });
  }
  const driver = await (await room()).openDriver(definition, options);
  const { attempts = 4, timeoutMs = 60_000, random = Math.random, clock } = options;
  const layers = [
    ...(definition.capabilities === undefined ? [] : [limited(definition.capabilities)]),
    ...(options.report === undefined ? [] : [instrument(options.report, clock)]),
    timeout(timeoutMs),
    retry({ attempts, baseMs: 100, maxMs: 5_000, random, clock }),
    prefixed(prefix),
    ...(options.readOnly === true ? [readOnly] : []),
  ];
  return new Store(compose(driver, ...layers));
}
