import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateNetworkingCilium` (pkg/apis/kops/validation/validation.go). Which minor it takes follows the version of kOps. */
export const ciliumVersion: ClusterRule = {
  id: 'CILIUM-VERSION',
  on: 'cluster',
  severity: 'error',
  title: 'The version of Cilium is one that this kOps installs, and Hubble has cert-manager.',
  explanation:
    'kOps carries the manifests of one minor version of Cilium. Leave the version out to get the patch that kOps brings along.',
  kops: ['8.5/21', '8.5/23'],
  *check({ cluster, kopsVersion }): Iterable<Problem> {
    const cilium = cluster.spec.at('networking', 'cilium');
    const version = cilium.at('version');
    if (version.text === undefined) {
      return;
    }
    if (!version.text.startsWith('v')) {
      const isBare = /^\d+\.18\.\d+$/.test(version.text); // Another minor may be refused all the same.
      const fix = { path: version.path, value: `v${version.text}` };
      yield invalid(version, "Cilium version must be prefixed with 'v'", isBare ? { fix } : {});
      return;
    }
    const minor = /^v\d+\.(\d+)\.\d+(?:[-+].*)?$/.exec(version.text)?.[1];
    if (minor === undefined) {
      yield invalid(version, 'Could not parse as semantic version');
    }
    if (minor !== '18' && (kopsVersion === undefined || kopsVersion.minor >= 37)) {
      yield invalid(version, 'Only version 1.18 is supported');
    }
    const hubble = cilium.at('hubble', 'enabled');
    if (hubble.flag === true && cluster.spec.at('certManager', 'enabled').flag !== true) {
      yield forbidden(hubble, 'Hubble requires that cert manager is enabled');
    }
  },
};
