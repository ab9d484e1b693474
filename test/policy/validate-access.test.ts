import { type BucketLocationConstraint, CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FindingRecords } from '../../lib/findings/finding-records.ts';
import { lookAtCluster } from '../../lib/findings/look-at-cluster.ts';
import { historyOf } from '../../lib/findings/recipient.ts';
import { tell } from '../../lib/findings/tell.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { discoverClusters } from '../../lib/kops/clusters.ts';
import { IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { parsePolicy } from '../../lib/local-cloud/policy-document.ts';
import { LocalS3 } from '../../lib/local-cloud/s3/server.ts';
import { sourceBuckets } from '../../lib/policy/deployed-buckets.ts';
import { deploymentOf, roleArn } from '../../lib/policy/deployed-routes.ts';
import { deployedValidations } from '../../lib/policy/deployed-validation.ts';
import type { PolicyDocument } from '../../lib/policy/policy-document.ts';
import { validateRolePolicy } from '../../lib/policy/replication-access.ts';
import { openStore } from '../../lib/vfs/open.ts';
import { badConfig, cluster, goodCluster } from '../findings/watched.ts';
import { configurationOf, twoAccounts } from './configuration.ts';

const { signal } = new AbortController();

const withValidation = (validate = '{}', control = 's3://acme-control/statesync', text = twoAccounts) =>
  text.replace('stores:', `control: ${control}\nvalidate: ${validate}\nstores:`);

function validationsOf(text: string) {
  const { routes, config } = deploymentOf(configurationOf(text));
  return deployedValidations(config, routes);
}

function only(text: string) {
  const [validation, ...others] = validationsOf(text);
  expect(others).toEqual([]);
  if (validation === undefined) {
    throw new Error('nothing is validated');
  }
  return validation;
}

describe('the validation of a source', () => {
  it('is deployed where the configuration asks for it', () => {
    expect(validationsOf(twoAccounts)).toEqual([]);
    expect(only(withValidation())).toMatchObject({
      ...{ queue: 'statesync-prod-validate', deadLetterQueue: 'statesync-prod-validate-dlq' },
      validate: 'statesync-prod-validate',
      source: { bucket: 'acme-kops-state', prefix: 'prod' },
      findings: { bucket: 'acme-control', prefix: 'statesync/findings', account: '111111111111', region: 'eu-west-1' },
      ...{ topics: [], buses: [], secretVariables: [] },
    });
  });

  it('is one, however many routes read the source, and gets the events of it', () => {
    const routes = '  - { name: prod, from: prod, to: [{ store: replica }] }\n';
    const more = `${routes}  - { name: again, from: prod, clusters: ["a.*"], to: [{ store: second }] }\n`;
    const second = '  second: { url: s3://acme-second, region: eu-central-1, account: "222222222222" }\nroutes:';
    const text = withValidation('{}', undefined, twoAccounts.replace(routes, more).replace('routes:', second));
    const validation = only(text);
    const [bucket] = sourceBuckets(deploymentOf(configurationOf(text)).routes, [validation]);
    expect(bucket?.feeds.map(({ prefix, legs, validations }) => [prefix, legs.length, validations])).toEqual([
      ['prod/', 2, [validation]],
    ]);
  });

  it('may tell those who are named, and nobody else', () => {
    const topic = 'arn:aws:sns:eu-west-1:111111111111:kops-findings';
    const bus = 'arn:aws:events:us-east-1:333333333333:event-bus/kops';
    const notify = `{ notify: [{ sns: "${topic}" }, { eventBridge: default }, { eventBridge: "${bus}" }, { webhook: { env: HOOK } }] }`;
    const validation = only(withValidation(notify));
    expect(validation.secretVariables).toEqual(['HOOK']);
    const statements = validateRolePolicy(validation).Statement;
    const resourceOf = (action: string) => statements.find(({ Action }) => Action === action)?.Resource;
    expect(resourceOf('sns:Publish')).toEqual([topic]);
    expect(resourceOf('events:PutEvents')).toEqual(['arn:aws:events:eu-west-1:111111111111:event-bus/default', bus]);
    const silent = JSON.stringify(validateRolePolicy(only(withValidation())));
    expect(silent).not.toMatch(/sns:|events:/);
  });

  it.each([
    [
      'gs://acme-control',
      'control is gs://acme-control, and functions on AWS keep findings in a bucket of Amazon S3 only; name one, or remove validate',
    ],
    ['own', 'control.credentials names a profile, which a function does not have'],
  ])('is refused where functions cannot keep findings: %s', (control, message) => {
    const own =
      '  own: { url: s3://acme-own, region: eu-west-1, account: "333333333333", credentials: { profile: ops } }';
    const text = withValidation('{}', control, twoAccounts.replace('routes:', `${own}\nroutes:`));
    expect(() => validationsOf(text)).toThrow(message);
  });

  it('is refused with a webhook that stands in a file, which a function does not have', () => {
    expect(() => validationsOf(withValidation('{ notify: [{ webhook: { file: /run/hook } }] }'))).toThrow(
      'validate.notify names the file /run/hook, which a function does not have; write { env: NAME }, and put the URL into the secret statesync/NAME of Secrets Manager',
    );
  });

  it('is refused where a destination would be deployed under its name', () => {
    const text = withValidation().replace(/\breplica\b/g, 'validate');
    expect(() => validationsOf(text)).toThrow(
      'route prod to validate and the validation of prod would both be deployed as statesync-prod-validate; rename a route or a store',
    );
  });
});

describe('what the role may do in both buckets', () => {
  const validation = only(withValidation());
  const deployed = validateRolePolicy(validation);
  const identities = new IdentityRegistry();
  const s3 = new LocalS3({ identities });
  const { account, region } = validation.source;
  let endpoint: string;
  let admin: S3Client;
  let round = 0;
  beforeAll(async () => {
    endpoint = await s3.start();
    const credentials = identities.addUser(account, 'admin');
    admin = new S3Client({ endpoint, region, forcePathStyle: true, credentials });
    const LocationConstraint = region as BucketLocationConstraint;
    for (const Bucket of ['acme-kops-state', 'acme-control']) {
      await admin.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
    }
  });
  beforeEach(() => {
    round += 1;
  });
  afterAll(async () => {
    admin.destroy();
    await s3.close();
  });

  const putAll = async (objects: Readonly<Record<string, string>>) => {
    for (const [key, Body] of Object.entries(objects)) {
      await admin.send(new PutObjectCommand({ Bucket: 'acme-kops-state', Key: `prod/${key}`, Body }));
    }
  };

  function storesUnder(policy: PolicyDocument) {
    const { accessKeyId, secretAccessKey } = identities.addUser(account, 'session');
    const arn = `${roleArn(validation.source, validation.validate).replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/1`;
    identities.add({
      account,
      arn,
      accessKeyId,
      secretAccessKey,
      policy: parsePolicy(JSON.stringify(policy), 'identity'),
    });
    const environment = {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    return (url: string) => openStore({ url }, { environment, clock: systemClock, attempts: 1 });
  }

  /** Finds the cluster, judges it as it is, is told nothing new of it, keeps its history, and forgets the oldest of it. */
  async function complaintsUnder(policy: PolicyDocument): Promise<readonly string[]> {
    await putAll({ ...goodCluster, [`${cluster}/config`]: badConfig });
    const open = storesUnder(policy);
    const [source, control] = [await open('s3://acme-kops-state/prod'), await open('s3://acme-control/statesync')];
    const records = new FindingRecords(control, { url: `s3://acme-kops-state/${round}` });
    const recipients = [historyOf(records)];
    try {
      for await (const { name } of discoverClusters(source, { signal })) {
        const request = { cluster: name, seen: new Set<string>(), isDue: true, isOverdue: true };
        const others = async () => [];
        const surroundings = { source, records, recipients: ['history'], waivers: [], others, clock: systemClock };
        const look = await lookAtCluster(request, surroundings, signal);
        const failures = look.kind === 'judged' ? await tell(look.judged, { records, recipients }, signal) : [];
        const [kept] = await records.changes(name, signal);
        const [entry] =
          kept === undefined
            ? []
            : (await control.listPage('findings/')).entries.filter(({ key }) => key.includes(`/history/`));
        await control.delete(entry?.key ?? '', {
          precondition: { kind: 'if-match', revision: entry?.revision as never },
        });
        await records.clusters(signal);
        return [...failures.map(({ reason }) => reason), ...(look.kind === 'judged' ? [] : [look.kind])];
      }
      return ['no cluster is found'];
    } catch (error) {
      return [String(error)];
    } finally {
      await Promise.all([source.close(), control.close()]);
    }
  }

  it('is enough to judge, and to keep what was found', async () => {
    expect(await complaintsUnder(deployed)).toEqual([]);
  });

  it.each([
    ['ReadSource', 's3:GetObject'],
    ['ListSource', 's3:ListBucket'],
    ['KeepFindings', 's3:GetObject'],
    ['KeepFindings', 's3:PutObject'],
    ['ForgetOldChanges', 's3:DeleteObject'],
    ['ListFindings', 's3:ListBucket'],
  ])('needs %s: %s', async (sid, action) => {
    const Statement = deployed.Statement.flatMap((statement) => {
      const Action = [statement.Action].flat().filter((one) => statement.Sid !== sid || one !== action);
      return Action.length === 0 ? [] : [{ ...statement, Action }];
    });
    expect(await complaintsUnder({ ...deployed, Statement })).not.toEqual([]);
  });

  it('is nothing else in the control store, and no change at the source', async () => {
    const open = storesUnder(deployed);
    const [source, control] = [await open('s3://acme-kops-state/prod'), await open('s3://acme-control/statesync')];
    const { textSource } = await import('../../lib/vfs/body.ts');
    const denied = { code: 'PermissionDenied' };
    await expect(control.write('leases/a.json', textSource('x'))).rejects.toMatchObject(denied);
    await expect(control.stat('leases/a.json')).rejects.toMatchObject(denied);
    await expect(source.write('a', textSource('x'))).rejects.toMatchObject(denied);
    await expect(source.delete(`${cluster}/config`)).rejects.toMatchObject(denied);
    await Promise.all([source.close(), control.close()]);
  });
});
