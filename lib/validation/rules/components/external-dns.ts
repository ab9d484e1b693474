import { usesNoneDns } from '../../cluster-facts.ts';
import { forbidden, type Problem, unsupported } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { inOtherCapitals } from '../one-of.ts';

const providers = ['', 'dns-controller', 'external-dns', 'none'];

/** kOps: `validateExternalDNS` (pkg/apis/kops/validation/validation.go). */
export const externalDns: ClusterRule = {
  id: 'EXTERNAL-DNS',
  on: 'cluster',
  severity: 'error',
  title: 'What writes DNS records is one of the two that kOps sets up, in a cluster that has DNS.',
  explanation:
    'The records of the API server are written from kube-system, so that namespace must be watched. A cluster without DNS has no zone to write to.',
  kops: ['8.6/20'],
  *check({ cluster }): Iterable<Problem> {
    const [provider, namespace] = ['provider', 'watchNamespace'].map((name) => cluster.spec.at('externalDNS', name));
    if (provider?.text !== undefined && !providers.includes(provider.text)) {
      yield unsupported(provider, providers, inOtherCapitals(provider, providers));
    }
    if (namespace?.text !== undefined && namespace.text !== 'kube-system') {
      yield forbidden(namespace, 'externalDNS must watch either all namespaces or only kube-system');
    }
    if (provider?.text === 'external-dns' && usesNoneDns(cluster)) {
      yield forbidden(provider, 'external-dns requires public or private DNS topology');
    }
  },
};
