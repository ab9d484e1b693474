import { describe, expect, it } from '@jest/globals';
import { deploymentOf } from '../../lib/policy/deployed-routes.ts';
import { configurationOf, twoAccounts } from './configuration.ts';

const deploy = (text: string) => deploymentOf(configurationOf(text));

function stores(prod: string, replica: string): string {
  return `
version: 1
stores:
  prod: { url: s3://acme-kops-state, ${prod} }
  replica: { url: s3://acme-kops-replica, ${replica} }
routes:
  - { name: prod, from: prod, to: [{ store: replica }] }
`;
}

describe('what is deployed of a configuration', () => {
  it('names everything after the route and the store, so that another account can name it in advance', () => {
    const [route] = deploy(twoAccounts).routes;
    expect(route?.reconcile).toBe('statesync-prod-reconcile');
    expect(route?.legs).toEqual([
      expect.objectContaining({
        queue: 'statesync-prod-replica',
        deadLetterQueue: 'statesync-prod-replica-dlq',
        replicate: 'statesync-prod-replica-replicate',
      }),
    ]);
  });

  it('keeps the longest names within the limits of IAM, Lambda and SQS, and apart', () => {
    const long = (end: string) => `r${'x'.repeat(30)}${end}`;
    const text = twoAccounts
      .replaceAll('replica:', `${long('s')}:`)
      .replaceAll('store: replica', `store: ${long('s')}`);
    const legs = ['a', 'b'].map((end) => deploy(text.replace('name: prod', `name: ${long(end)}`)).routes[0]!.legs[0]!);
    for (const { replicate, queue, deadLetterQueue } of legs) {
      expect(replicate.length).toBeLessThanOrEqual(64);
      expect(replicate).toMatch(/-replicate$/);
      expect(Math.max(queue.length, deadLetterQueue.length)).toBeLessThanOrEqual(80);
    }
    expect(legs[0]!.replicate).not.toBe(legs[1]!.replicate);
  });

  it('refuses two destinations whose names read the same once they are joined', () => {
    const text = `
version: 1
stores:
  prod: { url: s3://acme-kops-state, region: eu-west-1, account: "111111111111" }
  b-c: { url: s3://acme-one, region: eu-west-1, account: "111111111111" }
  c: { url: s3://acme-two, region: eu-west-1, account: "111111111111" }
routes:
  - { name: a, from: prod, to: [{ store: b-c }] }
  - { name: a-b, from: prod, to: [{ store: c }] }
`;
    expect(() => deploy(text)).toThrow('route a to b-c and route a-b to c would both be deployed as statesync-a-b-c');
  });

  it.each([
    ['stores.replica.account is missing', 'region: eu-west-1, account: "111111111111"', 'region: eu-west-1'],
    ['stores.prod.region is missing', 'account: "111111111111"', 'region: eu-west-1, account: "111111111111"'],
    [
      'stores.replica.credentials names a profile',
      'region: eu-west-1, account: "111111111111"',
      'region: eu-west-1, account: "111111111111", credentials: { profile: kops }',
    ],
    [
      'stores.replica.credentials names keys',
      'region: eu-west-1, account: "111111111111"',
      'region: eu-west-1, account: "111111111111", credentials: { accessKeyId: { env: A }, secretAccessKey: { env: B } }',
    ],
  ])('says that %s', (message, prod, replica) => {
    expect(() => deploy(stores(prod, replica))).toThrow(message);
  });

  it('refuses a prefix that a policy would read as a wildcard', () => {
    expect(() => deploy(twoAccounts.replace('acme-kops-replica/prod', 'acme-kops-replica/a%2Ab'))).toThrow(
      'stores.replica.url has "*"',
    );
  });

  it('refuses two stores that put one bucket into two accounts', () => {
    const text = twoAccounts
      .replace(
        'stores:',
        'stores:\n  old: { url: s3://acme-kops-state/old, region: eu-west-1, account: "999999999999" }',
      )
      .replace(
        'routes:',
        'routes:\n  - { name: old, from: old, to: [{ store: replica }], clusters: [old.example.com] }',
      )
      .replace('from: prod,', 'from: prod, clusters: [new.example.com],');
    expect(() => deploy(text)).toThrow('stores.prod.account is 111111111111, and stores.old names 999999999999');
  });

  it('leaves out destinations that are no buckets of Amazon S3, says so, and keeps them out of what the functions carry', () => {
    const text = twoAccounts
      .replace('stores:', 'stores:\n  offsite: { url: s3://acme-offsite, endpoint: "https://s3.example.com" }')
      .replace('{ store: replica }', '{ store: replica }, { store: offsite, sensitive: exclude }');
    const { routes, leftOut, config } = deploy(text);
    expect(leftOut).toEqual([expect.stringContaining('route prod to offsite: stores.offsite.endpoint is set')]);
    expect(routes[0]?.legs.map(({ destination }) => destination.name)).toEqual(['replica']);
    expect(config.routes[0]?.to.map(({ store }) => store)).toEqual(['replica']);
  });

  it.each([
    'do://acme-offsite',
    'gs://acme-offsite',
    'swift://acme-offsite',
    'oss://acme-offsite',
    'vault://vault.example.com/kv/offsite',
    'k8s://offsite/kops',
    'azureblob://acmeoffsite/state',
  ])('leaves out %s, which no function on AWS replicates to yet, and says so', (url) => {
    const text = twoAccounts
      .replace('stores:', `stores:\n  offsite: { url: "${url}" }`)
      .replace('{ store: replica }', '{ store: replica }, { store: offsite, sensitive: exclude }');
    const { leftOut, config } = deploy(text);
    expect(leftOut).toEqual([`route prod to offsite: stores.offsite.url is ${url}, which is no bucket of Amazon S3`]);
    expect(config.routes[0]?.to.map(({ store }) => store)).toEqual(['replica']);
  });

  it('leaves out a route whose source is no bucket of Amazon S3, and refuses to deploy nothing', () => {
    const text = twoAccounts
      .replace(/prod: \{ url: s3.*/, 'prod: { url: file:///srv/state }')
      .replace('{ store: replica }', '{ store: replica, sensitive: include }');
    expect(() => deploy(text)).toThrow(
      'there is nothing to deploy: route prod: stores.prod.url is file:///srv/state, which is no bucket of Amazon S3',
    );
    expect(() => deploy(twoAccounts.replace(/routes:.*/s, ''))).toThrow('there is nothing to deploy: routes is empty');
  });

  it('takes the partition from the region', () => {
    const [route] = deploy(
      twoAccounts.replace('eu-west-1', 'cn-north-1').replace('eu-central-1', 'us-gov-west-1'),
    ).routes;
    expect(route?.source.partition).toBe('aws-cn');
    expect(route?.legs[0]?.destination.partition).toBe('aws-us-gov');
  });
});
