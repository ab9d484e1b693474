import { describe, expect, it } from '@jest/globals';
import { replicaBuckets, sourceBuckets } from '../../lib/policy/deployed-buckets.ts';
import { deploymentOf } from '../../lib/policy/deployed-routes.ts';
import { configurationOf, severalRoutes } from './configuration.ts';

const routesOf = (text: string) => deploymentOf(configurationOf(text)).routes;

describe('the buckets of a deployment', () => {
  it('has each replica bucket once, with everything that writes into it', () => {
    const buckets = replicaBuckets(routesOf(severalRoutes)).map(({ place, legs }) => [
      place.bucket,
      legs.map(({ queue }) => queue),
    ]);
    expect(buckets).toEqual([
      ['acme-kops-replica', ['statesync-prod-prod-replica', 'statesync-test-test-replica']],
      ['acme-kops-vault', ['statesync-prod-vault']],
    ]);
  });

  it('has a feed for each prefix of a source bucket', () => {
    const [bucket, ...others] = sourceBuckets(routesOf(severalRoutes));
    expect(others).toEqual([]);
    expect(bucket?.feeds.map(({ prefix, legs }) => [prefix, legs.map(({ queue }) => queue)])).toEqual([
      ['prod/', ['statesync-prod-prod-replica', 'statesync-prod-vault']],
      ['test/', ['statesync-test-test-replica']],
    ]);
  });

  it('never has two feeds that one event falls under: a prefix inside another one shares its feed', () => {
    const nested = severalRoutes.replace('s3://acme-kops-state/test', 's3://acme-kops-state/prod/inner');
    const [bucket] = sourceBuckets(routesOf(nested));
    expect(bucket?.feeds.map(({ prefix }) => prefix)).toEqual(['prod/']);
    expect(bucket?.feeds[0]?.legs).toHaveLength(3);
  });

  it('tells apart prefixes that begin with the same letters', () => {
    const similar = severalRoutes.replace('s3://acme-kops-state/test', 's3://acme-kops-state/prod2');
    expect(sourceBuckets(routesOf(similar))[0]?.feeds.map(({ prefix }) => prefix)).toEqual(['prod/', 'prod2/']);
  });

  it('knows a source bucket that routes write into', () => {
    const chain = severalRoutes.replace('from: test', 'from: prod-replica').replace('test-replica }', 'vault }');
    const flags = sourceBuckets(
      routesOf(chain.replace('{ store: prod-replica }, { store: vault }', '{ store: prod-replica }')),
    );
    expect(flags.map(({ place, isReplica }) => [place.bucket, isReplica])).toEqual([
      ['acme-kops-state', false],
      ['acme-kops-replica', true],
    ]);
  });
});
