import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** Plug-ins that are gone, and what kOps says of each. */
const removed: Readonly<Record<string, string>> = {
  external: 'external is not supported for Kubernetes >= 1.26',
  weave: 'Weave is no longer supported',
  canal: 'Canal is not supported for Kubernetes >= 1.28',
  romana: 'support for Romana has been removed',
  lyftvpc: 'support for LyftVPC has been removed',
};

/** kOps: `validateNetworking` (pkg/apis/kops/validation/validation.go). */
export const removedPlugins: ClusterRule = {
  id: 'NETWORK-PLUGIN-REMOVED',
  on: 'cluster',
  severity: 'error',
  title: 'The network plug-in is one that kOps still has.',
  explanation: 'Choose another plug-in; changing it under a running cluster interrupts the network of the pods.',
  kops: ['8.5/13', '8.5/15', '8.5/16'],
  *check({ cluster }): Iterable<Problem> {
    const networking = cluster.spec.at('networking');
    const classic = networking.at('classic');
    if (classic.present) {
      yield invalid(classic, 'classic networking is not supported', { value: 'classic', kopsPath: 'spec.networking' });
    }
    for (const [name, detail] of Object.entries(removed)) {
      if (networking.at(name).present) {
        yield forbidden(networking.at(name), detail);
      }
    }
  },
};
