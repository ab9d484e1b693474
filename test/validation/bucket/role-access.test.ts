import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { type Examination, examineStore } from '../../../lib/validation/bucket/examine-store.ts';
import { findingsOfRole } from '../../../lib/validation/bucket/role-findings.ts';
import { actionsOf, actionTexts } from '../../../lib/validation/bucket/role-needs.ts';
import type { Tried } from '../../../lib/validation/bucket/role-trials.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import { compose, type Driver, type Layer } from '../../../lib/vfs/driver.ts';
import { VfsError } from '../../../lib/vfs/errors.ts';
import { aroundCalls } from '../../../lib/vfs/layers/around.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import { Store } from '../../../lib/vfs/store.ts';

const denied = (reason: string, more: Partial<Extract<Tried, { outcome: 'denied' }>> = {}): Tried => ({
  action: 's3:GetObject',
  outcome: 'denied',
  reason,
  ...more,
});
const messageOf = (url: string, tried: Tried): string => findingsOfRole(url, 'source', [tried])[0]?.message ?? '';

describe('the actions of a role', () => {
  it('are all known to the trials, for what the deployed roles may do', () => {
    const all = [...actionsOf('source'), ...actionsOf('destination')];
    expect(all.filter((action) => !Object.hasOwn(actionTexts, action))).toEqual([]);
    expect(actionsOf('source')).toEqual(new Set(['s3:GetObject', 's3:ListBucket']));
  });
});

describe('what is missing', () => {
  it('is named by the provider where its refusal says it: the key of the encryption, too', () => {
    const kms =
      'AccessDenied (403): User: arn:aws:iam::1:user/a is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/k';
    expect(messageOf('s3://b', denied(kms))).toBe(`kms:Decrypt (to read objects) is missing: ${kms}`);
    const disabled = 'KMS.DisabledException (400): k is disabled; the KMS key cannot be used';
    expect(messageOf('s3://b', denied(disabled))).toMatch(/^kms:Decrypt \(to read objects\) is missing/);
    const google = 'forbidden (403): a does not have storage.objects.get access to the Google Cloud Storage object.';
    expect(messageOf('gs://b', denied(google))).toMatch(/^storage\.objects\.get \(to read objects\) is missing/);
    const newer = "forbidden (403): Permission 'storage.objects.list' denied on resource (or it may not exist).";
    expect(messageOf('gs://b', denied(newer))).toMatch(/^storage\.objects\.list \(to read objects\) is missing/);
  });

  it('is named by what was tried where it does not, in words for stores that have no names', () => {
    expect(messageOf('do://b', denied('AccessDenied (403)'))).toMatch(/^s3:GetObject \(to read objects\) is missing/);
    expect(messageOf('gs://b', denied('forbidden (403)'))).toMatch(
      /^storage\.objects\.get \(to read objects\) is missing/,
    );
    expect(messageOf('swift://b', denied('status 403'))).toMatch(/^the right to read objects is missing/);
  });

  it('is an error for the role that needs it, and else worth knowing', () => {
    const history: Tried = { action: 's3:ListBucketVersions', outcome: 'denied', reason: 'AccessDenied' };
    const rule = (role: 'source' | 'destination') => findingsOfRole('s3://b', role, [history])[0]?.rule;
    expect([rule('source'), rule('destination')]).toEqual(['ACCESS-FURTHER', 'ACCESS-MISSING']);
  });

  it('is no longer untried where it was tried after all', () => {
    const untried: Tried = { action: 's3:GetObject', outcome: 'untried', reason: 'no object' };
    expect(findingsOfRole('s3://b', 'source', [untried]).map(({ rule }) => rule)).toEqual(['ACCESS-UNTRIED']);
    expect(findingsOfRole('s3://b', 'source', [untried, { action: 's3:GetObject', outcome: 'allowed' }])).toEqual([]);
  });
});

const examination = (store: Store, more: Partial<Examination> = {}): Examination => ({
  store,
  prefix: '',
  role: 'source',
  isMeant: () => true,
  kopsVersion: undefined,
  acl: undefined,
  now: new Date('2026-03-01T12:00:00Z'),
  signal: new AbortController().signal,
  ...more,
});

/** A memory store that goes for another kind, with one object, behind these layers. */
async function storeOf(url: string, ...layers: readonly Layer[]): Promise<Store> {
  const driver: Driver = createMemoryDriver();
  await new Store(driver).write('c/kops-version.txt', textSource('1.36.0'));
  const named: Layer = (inner) => ({ ...aroundCalls(inner, (call, run) => run(call.signal)), url });
  return new Store(compose(driver, named, ...layers));
}

/** Fails every call of an operation. */
function failing(operation: string, code: 'PermissionDenied' | 'Unavailable', reason = 'no'): Layer {
  return (inner) =>
    aroundCalls(inner, async (call, run) => {
      if (call.operation === operation) {
        throw new VfsError({ code, operation, target: `${call.url}/${call.key}`, reason });
      }
      return run(call.signal);
    });
}

describe('an examination', () => {
  it('says of a store that is not asked for its settings that nothing is known of them', async () => {
    const { findings } = await examineStore(examination(await storeOf('swift://state')));
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'BUCKET-SETTINGS-UNTOLD: nothing is said of the lifecycle rules, versioning, whether public access is blocked, whether the policy is public, the ACL, whether ACLs count, the default retention, the default encryption, since the store does not tell: swift:// stores are not asked for their settings',
    ]);
  });

  it('says nothing of a bucket where there is none', async () => {
    const { findings } = await examineStore(examination(await storeOf('file:///state')));
    expect(findings).toEqual([]);
  });

  it('rejects where a store fails otherwise than by denying', async () => {
    for (const operation of ['list', 'read']) {
      const store = await storeOf('file:///state', failing(operation, 'Unavailable'));
      await expect(examineStore(examination(store))).rejects.toMatchObject({ code: 'Unavailable' });
    }
  });

  it('reads the smallest object of each class, and says of which others more was denied', async () => {
    const store = await storeOf('s3://state', failing('read', 'PermissionDenied'));
    const { driver } = store;
    const plain = new Store(driver.inner?.inner ?? driver);
    await plain.write('c/pki/private/a/keyset.yaml', textSource('the larger one'));
    await plain.write('c/pki/private/b/keyset.yaml', textSource('small'));
    const { findings } = await examineStore(examination(store));
    const missing = findings.filter(({ rule }) => rule === 'ACCESS-MISSING');
    expect(missing.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      'c/kops-version.txt: s3:GetObject (to read objects) is missing, also of the classes keyset: no',
    ]);
    await plain.delete('c/kops-version.txt');
    expect((await examineStore(examination(store))).findings).toContainEqual(
      expect.objectContaining({ rule: 'ACCESS-MISSING', file: 'c/pki/private/b/keyset.yaml' }),
    );
  });

  it('removes what it wrote when it is cut short', async () => {
    const store = await storeOf('file:///state', failing('begin', 'Unavailable'));
    const writing = examination(store, { role: 'destination', writeAs: 'x' });
    await expect(examineStore(writing)).rejects.toMatchObject({ code: 'Unavailable' });
    expect((await store.listPage('')).entries.map(({ key }) => key)).toEqual(['c/kops-version.txt']);
  });

  it('tries no further where nothing can be written', async () => {
    const store = await storeOf('file:///state', failing('write', 'PermissionDenied'));
    const { findings } = await examineStore(examination(store, { role: 'destination', writeAs: 'x' }));
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'ACCESS-MISSING: the right to write objects is missing: no',
      'ACCESS-UNTRIED: the right to delete objects was not tried: nothing could be written',
      'ACCESS-UNTRIED: the right to give up unfinished uploads was not tried: nothing could be written',
    ]);
  });

  it('knows the clusters of a whole store, and of one that begins inside a cluster', async () => {
    const config = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: c.example.com\nspec: {}\n';
    const store = await openStore({ url: 'memfs://examined' }, { environment: {}, clock: systemClock });
    await store.write('c.example.com/config', textSource(config));
    await store.write('tests/d.example.com/config', textSource(config.replace('c.', 'd.')));
    expect((await examineStore(examination(store))).clusters).toEqual(['c.example.com', 'd.example.com']);
    const one = await examineStore(examination(store, { prefix: 'tests/' }));
    expect(one.clusters).toEqual(['d.example.com']);
    const inside = await openStore({ url: 'memfs://examined/c.example.com' }, { environment: {}, clock: systemClock });
    expect((await examineStore(examination(inside))).clusters).toEqual(['c.example.com']);
  });
});
