import { textSource } from '../../lib/vfs/body.ts';
import type { Driver } from '../../lib/vfs/driver.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { MemorySpace, type SpaceOptions } from '../../lib/vfs/memory/space.ts';

/** A source's history: for each time in it, a store that holds what the source held then. */
export type SourceVersions = readonly Driver[];

/** When the source held its first version, in milliseconds; each later one came a millisecond later. */
export const firstVersionAt = Date.UTC(2026, 0, 1);

const options = { signal: new AbortController().signal, headers: {}, metadata: {} } as const;

/**
 * Makes a history from what the source held, text by key, at one time after another. What stays the same keeps its revision and its time.
 *
 * `lags` says so of its answers.
 */
export async function sourceVersions(
  history: readonly Readonly<Record<string, string>>[],
  { revisions = 'unique', lags }: Pick<SpaceOptions, 'revisions'> & { readonly lags: boolean },
): Promise<SourceVersions> {
  const versions: Driver[] = [];
  for (const index of history.keys()) {
    let now = firstVersionAt;
    const space = new MemorySpace({ revisions, clock: { now: () => now, sleep: async () => {} } });
    const driver = createMemoryDriver({ url: 'memfs://source', space, capabilities: { stronglyConsistent: !lags } });
    for (const [past, held] of history.slice(0, index + 1).entries()) {
      now = firstVersionAt + past;
      await become(driver, history[past - 1] ?? {}, held);
    }
    versions.push(driver);
  }
  return versions;
}

/** The source as a worker sees it: each request is answered by the version that `visible` names at that moment. */
export function sourceSeen(versions: SourceVersions, visible: () => number): Driver {
  const [first] = versions;
  if (first === undefined) {
    throw new Error('a history has at least one version');
  }
  const now = () => versions[visible()] ?? first;
  return {
    url: first.url,
    capabilities: first.capabilities,
    stat: (...args) => now().stat(...args),
    read: (...args) => now().read(...args),
    write: (...args) => now().write(...args),
    delete: (...args) => now().delete(...args),
    listPage: (...args) => now().listPage(...args),
  };
}

async function become(
  driver: Driver,
  before: Readonly<Record<string, string>>,
  held: Readonly<Record<string, string>>,
): Promise<void> {
  for (const key of Object.keys(before).filter((name) => held[name] === undefined)) {
    await driver.delete(key as never, { ...options, precondition: { kind: 'none' } });
  }
  for (const [key, text] of Object.entries(held).filter(([name]) => before[name] !== held[name])) {
    await driver.write(key as never, textSource(text), { ...options, precondition: { kind: 'none' } });
  }
}
