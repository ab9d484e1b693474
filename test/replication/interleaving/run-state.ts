import { leaseKey } from '../../../lib/control/lease-record.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { key } from './scenario.ts';

const { signal } = new AbortController();

/** The key of the record of the one lease that there may be. */
export const leaseOfKey = leaseKey(`memfs://destination/${key}`);

/** What a store holds, with the names of revisions marked. */
export async function describeObject(driver: Driver): Promise<string> {
  const stat = await driver.stat(key as never, { signal }).catch(() => undefined);
  return stat === undefined
    ? 'absent'
    : `${await contentOf(driver)} «${stat.revision}» from «${stat.metadata['statesync-revision']}»`;
}

/** Who has the lease, and whether it has run out. */
export async function describeLease(control: Driver, now: number): Promise<string> {
  const text = await contentOf(control, leaseOfKey);
  if (text === undefined) {
    return 'free';
  }
  const { nonce, writes, durationMs } = JSON.parse(text);
  const { modifiedAt } = await control.stat(leaseOfKey as never, { signal });
  const hasRunOut = now - (modifiedAt?.getTime() ?? 0) > durationMs;
  return `leased to «${nonce}» by ${writes} ${hasRunOut ? 'once' : ''}`;
}

/** The text of an object; undefined where there is none. */
export async function contentOf(driver: Driver, of: string = key): Promise<string | undefined> {
  const result = await driver.read(of as never, { signal }).catch(() => undefined);
  let text = '';
  for await (const chunk of result?.body ?? []) {
    text += Buffer.from(chunk).toString();
  }
  return result && text;
}

/** Renames revisions and leases in the order in which they appear. */
export function renamed(state: string): string {
  const names = new Map<string, string>();
  return state.replaceAll(/«([^»]*)»/g, (_, token: string) => {
    const name = names.get(token) ?? `r${names.size}`;
    names.set(token, name);
    return name;
  });
}
