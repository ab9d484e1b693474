import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { readVfsPath } from './vfs-path.ts';

/** Schemes whose paths kOps builds as those of S3; it takes the last of its own tests. */
const likeS3 = ['s3', 'do', 'linode', 'hos', 'scw'];
const others = ['gs', 'memfs'];

const slip = 'spec.serviceAccountIssuerDiscovery.serviceAccountIssuerDiscovery';

/** kOps: `validateServiceAccountIssuerDiscovery` (pkg/apis/kops/validation/legacy.go). */
export const issuerDiscovery: ClusterRule = {
  id: 'ISSUER-DISCOVERY',
  on: 'cluster',
  severity: 'error',
  title: 'The keys of service accounts are published in one place that others can read.',
  explanation:
    'A cloud that trusts service accounts fetches the keys over HTTPS from a bucket, or from a service of your own. The certificate of S3 does not cover bucket names with dots.',
  kops: ['8.3/6', '8.3/7', '8.3/8', '8.3/9'],
  *check({ cluster }): Iterable<Problem> {
    const discovery = cluster.spec.at('serviceAccountIssuerDiscovery');
    const [store, service] = [discovery.at('discoveryStore'), discovery.at('discoveryService')];
    if (store.text !== undefined && service.present) {
      yield forbidden(store, 'Only one of discoveryStore or discoveryService may be specified');
    }
    yield* unfit(store);
    if (service.present && service.at('url').text === undefined) {
      const kopsPath = `${slip}.discoveryService.url`;
      yield required(service.at('url'), 'discoveryService URL must be specified', { kopsPath });
    }
    const provider = discovery.at('enableAWSOIDCProvider');
    if (provider.flag === true && store.text === undefined && !service.present) {
      const detail = 'AWS OIDC Provider requires a discoveryStore or discoveryService to be set';
      yield forbidden(provider, detail, { kopsPath: `${slip}.enableAWSOIDCProvider` });
    }
  },
};

function* unfit(store: Node): Iterable<Problem> {
  if (store.text === undefined) {
    return;
  }
  const kopsPath = `${slip}.discoveryStore`;
  const path = readVfsPath(store.text);
  if ('reason' in path) {
    yield invalid(store, 'not a valid VFS path', { kopsPath });
  } else if (likeS3.includes(path.scheme ?? '')) {
    if (path.bucket.includes('.')) {
      yield invalid(store, 'Bucket name cannot contain dots', { kopsPath });
    }
  } else if (!others.includes(path.scheme ?? '')) {
    yield invalid(store, 'S3 is the only supported VFS for discoveryStore', { kopsPath });
  }
}
