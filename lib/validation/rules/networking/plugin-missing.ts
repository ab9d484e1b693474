import { type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { plugins } from './one-plugin.ts';

/** kOps: `KubeControllerManagerOptionsBuilder.BuildOptions` (pkg/model/components/kubecontrollermanager.go). */
export const pluginMissing: ClusterRule = {
  id: 'NETWORK-PLUGIN-MISSING',
  on: 'cluster',
  severity: 'error',
  title: 'A cluster says which network plug-in it has.',
  explanation:
    'Without one, `kops update cluster` stops. A plug-in without options is written as `cilium: {}`, two spaces further in than `networking:`; with `cilium:` alone there is nothing. Where pods are to be connected by something that kOps does not install, write `cni: {}`.',
  *check({ cluster }): Iterable<Problem> {
    const networking = cluster.spec.at('networking');
    // NETWORK-PLUGIN-REMOVED refuses Canal, which kOps does not count among the plug-ins.
    if (![...plugins, 'canal'].some((name) => networking.at(name).present)) {
      yield required(networking, 'no networking mode set');
    }
  },
};
