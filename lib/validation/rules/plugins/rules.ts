import type { Rule } from '../../rule.ts';
import { calico } from './calico.ts';
import { calicoAutodetection } from './calico-autodetection.ts';
import { cilium } from './cilium.ts';
import { ciliumVersion } from './cilium-version.ts';
import { flannelBackend, pluginCloud } from './cloud.ts';
import { pluginIpv6 } from './ipv6.ts';
import { kubeProxyReplaced } from './kube-proxy.ts';
import { removedPlugins } from './removed.ts';

/** The rules of network plug-ins. */
export const pluginRules: readonly Rule[] = [
  removedPlugins,
  pluginIpv6,
  pluginCloud,
  flannelBackend,
  kubeProxyReplaced,
  calico,
  calicoAutodetection,
  cilium,
  ciliumVersion,
];
