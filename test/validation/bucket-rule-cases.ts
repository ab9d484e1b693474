import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../lib/flow/clock.ts';
import { findingsOfBucket } from '../../lib/validation/bucket/findings-of-bucket.ts';
import type { BucketRule, BucketSubject, StoredFile, StoreRole } from '../../lib/validation/rule.ts';
import { openStore } from '../../lib/vfs/open.ts';
import { parseStoreUrl } from '../../lib/vfs/store-url.ts';
import { type Received, type ScriptedAnswer, startScriptedServer } from '../vfs/s3/scripted-server.ts';

/**
 * A case of a rule of buckets: a folder with what the API answers, and `expected.txt`.
 *
 * Of S3 there is `SUBRESOURCE.xml` (`lifecycle.xml`), or `SUBRESOURCE.STATUS.xml` for an error; a bucket is set up as a careful owner would
 * where there is none. With a `bucket.json` it is one of Google's, whose policy is in `iam.json`. Each line of `expected.txt` is a finding,
 * `key: message` (`bucket: message`), or begins with `#` and changes what is looked at:
 *
 * - `# now TIME`, `# store URL`, `# role destination`, `# acl VALUE`
 * - `# empty`: none of the usual files; `# file KEY SIZE [TIME]`: one more, written at no known time without one
 * - `# header SUBRESOURCE NAME VALUE`: of an answer
 *
 * Files are written at 2026-03-01T12:00:00Z, and looked at ten minutes later.
 */
export interface BucketCase {
  readonly name: string;
  readonly expected: readonly string[];
  readonly folder: string;
  readonly directives: readonly (readonly string[])[];
}

const root = join(import.meta.dirname, 'bucket-rules');
const written = new Date('2026-03-01T12:00:00Z');

/** The folders of cases, which are named like the rules. */
export const bucketCaseFolders: readonly string[] = readdirSync(root);

/** The cases of one rule. */
export function bucketCasesOf(rule: string): readonly BucketCase[] {
  return readdirSync(join(root, rule)).map((name) => {
    const folder = join(root, rule, name);
    const lines = readFileSync(join(folder, 'expected.txt'), 'utf8').split('\n').filter(Boolean);
    return {
      name,
      folder,
      expected: lines.filter((line) => !line.startsWith('# ')),
      directives: lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2).split(' ')),
    };
  });
}

/** What a case is about: its settings are those that the driver reads from the answers. */
export async function bucketSubjectOf({ folder, directives }: BucketCase): Promise<BucketSubject> {
  const last = (name: string): string | undefined => directives.findLast(([first]) => first === name)?.[1];
  const answers = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const));
  const isGoogle = answers.has('bucket.json');
  const storeUrl = last('store') ?? (isGoogle ? 'gs://state' : 's3://state');
  const headers = headersIn(directives);
  const server = await startScriptedServer((request) =>
    isGoogle ? googleAnswer(request, answers) : s3Answer(request, answers, headers),
  );
  const credentials = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_ENDPOINT_URL: server.endpoint };
  const definition = { url: storeUrl, ...(isGoogle ? { endpoint: server.endpoint } : { region: 'eu-west-1' }) };
  const store = await openStore(definition, { environment: credentials, clock: systemClock, attempts: 1 });
  try {
    const settings = await store.bucketSettings();
    if (settings === undefined) {
      throw new Error(`${storeUrl} tells no settings`);
    }
    const { prefix } = parseStoreUrl(storeUrl);
    return {
      storeUrl,
      prefix: prefix === '' ? '' : `${prefix}/`,
      role: (last('role') as StoreRole | undefined) ?? 'source',
      acl: last('acl'),
      files: filesIn(directives),
      settings,
      now: new Date(last('now') ?? '2026-03-01T12:10:00Z'),
    };
  } finally {
    await store.close();
    await server.close();
  }
}

/** What a rule finds, line by line. */
export function foundInBucket(rule: BucketRule, subject: BucketSubject): readonly string[] {
  return findingsOfBucket(subject, [rule]).map(
    ({ file, message }) => `${file === subject.storeUrl ? 'bucket' : file}: ${message}`,
  );
}

const backup = 'c.example.com/backups/etcd/main/2026-03-01T11:45:00Z-000001';
const usualFiles: ReadonlyMap<string, StoredFile> = new Map(
  (
    [
      ['c.example.com/config', 3_000],
      ['c.example.com/pki/private/kubernetes-ca/keyset.yaml', 6_000],
      [`${backup}/_etcd_backup.meta`, 100],
      [`${backup}/etcd.backup.gz`, 5_000_000],
      ['c.example.com/backups/etcd/main/control/etcd-cluster-created', 40],
      ['c.example.com/backups/etcd/main/control/etcd-cluster-spec', 60],
    ] as const
  ).map(([key, size]) => [key, { size, modifiedAt: written }]),
);

function filesIn(directives: BucketCase['directives']): ReadonlyMap<string, StoredFile> {
  const more = directives
    .filter(([first]) => first === 'file')
    .map(([, key = '', size, time]): [string, StoredFile] => [
      key,
      { size: Number(size), modifiedAt: time === undefined ? undefined : new Date(time) },
    ]);
  return new Map([...(directives.some(([first]) => first === 'empty') ? [] : usualFiles), ...more]);
}

function headersIn(directives: BucketCase['directives']): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const lines = directives.filter(([first]) => first === 'header');
  return Object.fromEntries(lines.map(([, resource = '', name = '', value = '']) => [resource, { [name]: value }]));
}

const errorOf = (code: string, status = 404): ScriptedAnswer => ({
  status,
  body: `<Error><Code>${code}</Code></Error>`,
});
const owner = '<ID>owner</ID>';

/** As a careful owner sets a bucket up. */
const usual: Readonly<Record<string, ScriptedAnswer>> = {
  lifecycle: errorOf('NoSuchLifecycleConfiguration'),
  versioning: { body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>' },
  publicAccessBlock: {
    body: `<PublicAccessBlockConfiguration>${['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].map((name) => `<${name}>true</${name}>`).join('')}</PublicAccessBlockConfiguration>`,
  },
  policyStatus: errorOf('NoSuchBucketPolicy'),
  acl: {
    body: `<AccessControlPolicy><Owner>${owner}</Owner><AccessControlList><Grant><Grantee>${owner}</Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`,
  },
  ownershipControls: {
    body: '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>',
  },
  'object-lock': errorOf('ObjectLockConfigurationNotFoundError'),
  encryption: {
    body: '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
  },
};

function s3Answer(
  { url }: Received,
  answers: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, Readonly<Record<string, string>>>>,
): ScriptedAnswer {
  const resource = Object.keys(usual).find((name) => new RegExp(`[?&]${name}(?:[=&]|$)`).test(url)) ?? '';
  for (const [name, body] of answers) {
    const [, named, status] = /^([\w-]+?)(?:\.(\d+))?\.xml$/.exec(name) ?? [];
    if (named === resource) {
      return { status: Number(status ?? 200), body, headers: headers[resource] ?? {} };
    }
  }
  return usual[resource] ?? errorOf('NotImplemented', 501);
}

function googleAnswer({ url }: Received, answers: ReadonlyMap<string, string>): ScriptedAnswer {
  const resource = new URL(url, 'http://localhost').pathname.endsWith('/iam') ? 'iam' : 'bucket';
  const denied = answers.get(`${resource}.403.json`);
  const headers = { 'content-type': 'application/json' };
  return denied === undefined
    ? { headers, body: answers.get(`${resource}.json`) ?? '{}' }
    : { status: 403, headers, body: denied };
}
