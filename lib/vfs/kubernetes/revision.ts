import type { Revision } from '../types.ts';

/** What names one state of one Secret. */
export interface SecretState {
  readonly uid: string;
  readonly resourceVersion: string;
}

/**
 * The revision of an object. With the uid, since after a restore of etcd the resourceVersions start again from where the backup was taken.
 */
export function revisionOf({ uid, resourceVersion }: SecretState): Revision {
  return `${uid}.${resourceVersion}` as Revision;
}

/** The state that a revision names; undefined for one that is not of this kind of store, and so names nothing in it. */
export function stateOf(revision: Revision): SecretState | undefined {
  const [, uid, resourceVersion] = /^([0-9a-zA-Z-]+)\.(\d+)$/.exec(revision) ?? [];
  return uid === undefined || resourceVersion === undefined ? undefined : { uid, resourceVersion };
}
