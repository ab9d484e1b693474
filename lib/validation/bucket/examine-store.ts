import { mapConcurrently } from '../../flow/concurrency.ts';
import { lostClustersIn } from '../../kops/clusters.ts';
import { classify } from '../../kops/layout.ts';
import { type BucketSettings, untoldSettings } from '../../vfs/bucket-settings.ts';
import { isVfsError, type VfsError } from '../../vfs/errors.ts';
import type { Store } from '../../vfs/store.ts';
import { parseStoreUrl } from '../../vfs/store-url.ts';
import type { ObjectEntry } from '../../vfs/types.ts';
import type { Finding } from '../finding.ts';
import type { BucketSubject, StoreRole } from '../rule.ts';
import { readOtherClusters } from '../store/cluster-files.ts';
import { lostClusterFindings } from '../store/lost-clusters.ts';
import { type ClusterReport, validateCluster } from '../store/validate-cluster.ts';
import { inOrder, type ManifestFile } from '../validate-manifests.ts';
import type { KopsVersion } from '../versions.ts';
import { allBucketRules } from './bucket-rule-list.ts';
import { findingsOfBucket } from './findings-of-bucket.ts';
import { findingsOfRole } from './role-findings.ts';
import { listFiles, type Tried, tryReading } from './role-trials.ts';
import { tryWriting, untriedWriting } from './role-writing.ts';

export interface Examination {
  readonly store: Store;
  /** What keys begin with that are looked at: empty, or ending in `/`. */
  readonly prefix: string;
  readonly role: StoreRole;
  /** Names the scratch object of the trial of writing; without one, nothing is written. */
  readonly writeAs?: string;
  /** Whether a cluster is meant, by its name. */
  readonly isMeant: (cluster: string) => boolean;
  /** Wins over the version that the store names. */
  readonly kopsVersion: KopsVersion | undefined;
  /** See `BucketSubject`. */
  readonly acl: string | undefined;
  readonly now: Date;
  readonly signal: AbortSignal;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Every file that was read or that a finding is about; the store itself is one, by its URL. */
  readonly files: readonly ManifestFile[];
  /** Names of the clusters that were validated. */
  readonly clusters: readonly string[];
  readonly tried: readonly Tried[];
}

/** Kinds of stores that lie in no bucket. */
const withoutBucket: readonly string[] = ['file', 'memfs'];

/** Clusters looked at at a time. */
const concurrency = 4;

/**
 * All that can be said of a store: the rules of its clusters, how its bucket is set up, and whether what the role needs is allowed. What is
 * denied is a finding. Rejects with `VfsError` where the store cannot be reached, or nobody is signed in.
 */
export async function examineStore(examination: Examination): Promise<Diagnosis> {
  const { store, prefix, role, writeAs, signal } = examination;
  const settings = await settingsOf(store, signal);
  const ground = { store, prefix, settings, signal };
  const listed = await listFiles(ground);
  const files = 'files' in listed ? listed.files : new Map<string, ObjectEntry>();
  const reading = await tryReading(ground, listed);
  const writing = role === 'source' ? [] : await tryToWrite(store, writeAs, signal);
  const { reports, losses, denied } = await validateClusters(examination, files);
  const tried = [...reading, ...writing, ...(denied === undefined ? [] : denialsOf(denied, reading, store))];
  const findings = inOrder([
    ...losses,
    ...reports.flatMap((report) => report.findings),
    ...(settings === undefined ? [] : findingsOfBucket(subjectOf(examination, files, settings), allBucketRules)),
    ...findingsOfRole(store.url, role, tried),
  ]);
  return { findings, files: filesOf(store, reports, findings), clusters: reports.map(({ name }) => name), tried };
}

function subjectOf(
  { store, role, acl, now }: Examination,
  entries: ReadonlyMap<string, ObjectEntry>,
  settings: BucketSettings,
): BucketSubject {
  const { prefix } = parseStoreUrl(store.url);
  const files = new Map([...entries].map(([key, { size, modifiedAt }]) => [key, { size, modifiedAt }]));
  return { storeUrl: store.url, prefix: prefix === '' ? '' : `${prefix}/`, role, files, settings, acl, now };
}

/** Undefined where there is no bucket that could have settings. */
async function settingsOf(store: Store, signal: AbortSignal): Promise<BucketSettings | undefined> {
  const { scheme } = parseStoreUrl(store.url);
  if (withoutBucket.includes(scheme)) {
    return undefined;
  }
  try {
    const settings = await store.bucketSettings({ signal });
    return settings ?? untoldSettings('not-offered', `${scheme}:// stores are not asked for their settings`);
  } catch (error) {
    if (isVfsError(error, 'PermissionDenied')) {
      return untoldSettings('denied', error.reason);
    }
    throw error;
  }
}

function tryToWrite(store: Store, writeAs: string | undefined, signal: AbortSignal): Promise<readonly Tried[]> {
  return writeAs === undefined
    ? Promise.resolve(untriedWriting(store, 'writing is tried with --write only'))
    : tryWriting(store, writeAs, signal);
}

type NamedReport = ClusterReport & { readonly name: string };

/** The clusters in a listing, validated, as far as their files may be read. */
async function validateClusters(
  { store, isMeant, kopsVersion, now, signal }: Examination,
  files: ReadonlyMap<string, ObjectEntry>,
): Promise<{
  readonly reports: readonly NamedReport[];
  /** Of clusters that have lost their `config`. */
  readonly losses: readonly Finding[];
  readonly denied?: VfsError;
}> {
  const all = [...files.keys()].filter((key) => classify(key).class === 'config').map((key) => key.slice(0, -6));
  const meant = all.filter((prefix) => isMeant(prefix.slice(0, -1)));
  const lost = lostClustersIn(files.keys()).filter(({ name }) => isMeant(name));
  try {
    const clusters = all.length > 1 || lost.length > 0 ? await readOtherClusters(store, all, signal) : [];
    const reports = await mapConcurrently(meant, concurrency, async (prefix) => {
      const listed = [...files.values()].filter(({ key }) => key.startsWith(prefix));
      const report = await validateCluster(store, prefix, { signal, kopsVersion, now, clusters, listed });
      return { ...report, name: report.clusters[0]?.cluster.name ?? prefix.slice(0, -1) };
    });
    return { reports, losses: lostClusterFindings(lost, store.url, clusters) };
  } catch (error) {
    if (isVfsError(error, 'PermissionDenied')) {
      return { reports: [], losses: [], denied: error };
    }
    throw error;
  }
}

/** A file that may not be read, though another of its class may be; nothing where a trial has found as much. */
function denialsOf({ target, reason }: VfsError, reading: readonly Tried[], { url }: Store): readonly Tried[] {
  const action = 's3:GetObject';
  const isKnown = reading.some((one) => one.action === action && one.outcome === 'denied');
  return isKnown ? [] : [{ action, outcome: 'denied', reason, key: target.slice(url.length + 1) }];
}

function filesOf(
  { url }: Store,
  reports: readonly NamedReport[],
  findings: readonly Finding[],
): readonly ManifestFile[] {
  const read = reports.flatMap(({ files }) => files);
  const known = new Set(read.map(({ file }) => file));
  const more = new Set([url, ...findings.map(({ file }) => file)].filter((file) => !known.has(file)));
  return [...read, ...[...more].map((file) => ({ file, text: '' }))];
}
