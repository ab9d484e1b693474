import { posix } from 'node:path';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { oneOf } from '../one-of.ts';
import { whyNoPortRange } from './port-range.ts';

const oidcOptions = [
  'usernameClaim',
  'usernamePrefix',
  'groupsClaims',
  'groupsPrefix',
  'issuerURL',
  'clientID',
  'requiredClaims',
];

/** kOps: `validateKubeAPIServer` (pkg/apis/kops/validation/validation.go). What it means to say of `insecurePort` it never says. */
export const apiServer: ClusterRule = {
  id: 'API-SERVER-FIELDS',
  on: 'cluster',
  severity: 'error',
  title: 'The options of the API server are ones that it has, and go together.',
  explanation:
    'An API server that refuses its options does not start, and takes the control plane with it. The text names the option that is missing, gone or in the way of another.',
  kops: ['8.6/9'],
  *check({ cluster: { spec }, completed }): Iterable<Problem> {
    const server = spec.at('kubeAPIServer');
    if (!server.present) {
      return;
    }
    yield* authentication(server, spec.at('authentication', 'oidc'));
    yield* admission(server);
    yield* oneOf(server.at('logFormat'), ['text', 'json']);
    yield* audit(server);
    const ports = server.at('serviceNodePortRange');
    const reason = whyNoPortRange(ports.text ?? '');
    if (reason !== undefined) {
      yield invalid(ports, reason);
    }
    const range = server.at('serviceClusterIPRange');
    const differs = range.text !== spec.at('networking', 'serviceClusterIPRange').text;
    if (differs && (completed || range.text !== undefined)) {
      yield forbidden(range, 'kubeAPIServer serviceClusterIPRange did not match cluster serviceClusterIPRange');
    }
  },
};

function* authentication(server: Node, oidc: Node): Iterable<Problem> {
  const file = server.at('authenticationConfigFile');
  if (file.text !== undefined && oidcOptions.some((name) => oidc.at(name).present)) {
    const detail =
      'authenticationConfigFile is mutually exclusive with OIDC options, remove all existing OIDC options to use authenticationConfigFile';
    yield forbidden(file, detail);
  }
  if (server.at('enableBootstrapTokenAuth').flag === true) {
    const tokens = server.at('enableBootstrapTokenAuth');
    yield forbidden(tokens, 'bootstrap tokens are not supported', { fix: { path: tokens.path, value: undefined } });
  }
  if (server.at('proxyClientCertFile').present !== server.at('proxyClientKeyFile').present) {
    yield forbidden(server, 'proxyClientCertFile and proxyClientKeyFile must both be specified (or neither)');
  }
}

function* admission(server: Node): Iterable<Problem> {
  const control = server.at('admissionControl');
  if (control.items.length > 0) {
    if (server.at('disableAdmissionPlugins').items.length > 0) {
      yield forbidden(control, 'admissionControl is mutually exclusive with disableAdmissionPlugins˚');
    }
    yield forbidden(control, 'admissionControl has been replaced with enableAdmissionPlugins');
  }
  for (const list of [server.at('enableAdmissionPlugins'), control]) {
    const plugin = list.items.find(({ text }) => text === 'PodSecurityPolicy');
    if (plugin !== undefined) {
      const fix = { path: plugin.path, value: undefined };
      yield forbidden(list, 'PodSecurityPolicy has been removed from Kubernetes 1.25', { fix });
    }
  }
}

function* audit(server: Node): Iterable<Problem> {
  const [policy, webhook] = [server.at('auditPolicyFile').text, server.at('auditWebhookConfigFile')];
  if (webhook.text === undefined) {
    return;
  }
  if (policy === undefined) {
    yield invalid(webhook, 'an audit policy is required for the audit webhook config');
  } else if (folderOf(policy) !== folderOf(webhook.text)) {
    yield invalid(webhook, 'the audit webhook config must be placed in the same directory as the audit policy');
  }
}

function folderOf(path: string): string {
  return posix.dirname(posix.normalize(path));
}
