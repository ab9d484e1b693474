import { changeConditions, lacksOf } from '../vfs/coordination.ts';
import type { Environment } from '../vfs/environment.ts';
import { VfsError } from '../vfs/errors.ts';
import { probeStore } from '../vfs/probe.ts';
import type { Store } from '../vfs/store.ts';
import type { StoreDefinition } from '../vfs/store-definition.ts';
import { parseStoreUrl } from '../vfs/store-url.ts';
import { isUnproven } from '../vfs/unproven.ts';

/** Stores that another machine does not share. */
const localSchemes: ReadonlySet<string> = new Set(['file', 'memfs']);

export interface ControlOptions {
  readonly environment: Environment;
  /** Opens a store, not read-only. */
  readonly open: (definition: StoreDefinition) => Promise<Store>;
  /** Whether workers on several machines use it: then no directory and no memory will do. */
  readonly shared: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Opens the control store: where the project keeps its own objects, as secret as the stores, and never inside one.
 *
 * Throws `Unsupported` for a store that lacks what leases need, naming it. One that is only like Amazon S3 is tried out, in a scratch prefix, unless its
 * entry says what a probe found.
 */
export async function openControl(definition: StoreDefinition, options: ControlOptions): Promise<Store> {
  const { scheme } = parseStoreUrl(definition.url);
  if (options.shared && localSchemes.has(scheme)) {
    throw unfit(definition.url, [`is seen by one machine only, and the workers are on many`]);
  }
  const store = await options.open(definition);
  const declared = lacksOf(store.capabilities);
  const isTried = declared.length === 0 && isUnproven(definition, options.environment);
  const problems = isTried ? await ignoredBy(store, options) : declared;
  if (problems.length > 0) {
    throw unfit(store.url, problems);
  }
  return store;
}

/** The conditions that a store takes and does not heed. */
async function ignoredBy({ driver }: Store, { signal }: ControlOptions): Promise<readonly string[]> {
  const found = await probeStore(driver, { only: changeConditions, ...(signal && { signal }) });
  return lacksOf(found, changeConditions);
}

function unfit(url: string, problems: readonly string[]): VfsError {
  const reason = `it cannot be the control store: it ${problems.join(', ')}; name another one under control, such as a bucket of Amazon S3`;
  return new VfsError({ code: 'Unsupported', operation: 'open', target: url, reason });
}
