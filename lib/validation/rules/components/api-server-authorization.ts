import { cloudOf } from '../../cluster-facts.ts';
import { type Problem, required, unsupported } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

const modes = ['ABAC', 'Webhook', 'Node', 'RBAC', 'AlwaysAllow', 'AlwaysDeny'];

/** kOps: `validateKubeAPIServer` (pkg/apis/kops/validation/validation.go). */
export const apiServerAuthorization: ClusterRule = {
  id: 'API-SERVER-AUTHORIZATION',
  on: 'cluster',
  severity: 'error',
  title: 'The API server authorizes in ways that Kubernetes has, on AWS by node and role among them.',
  explanation:
    'On AWS kOps gives machines the rights of their node, so `Node` and `RBAC` must be in the list. A webhook needs the file that says where it is.',
  kops: ['8.6/9'],
  *check({ cluster }): Iterable<Problem> {
    const server = cluster.spec.at('kubeAPIServer');
    const mode = server.at('authorizationMode');
    if (typeof mode.value !== 'string') {
      return;
    }
    const webhook = server.at('authorizationWebhookConfigFile');
    if (mode.value.includes('Webhook') && !webhook.present) {
      yield required(webhook, 'Authorization mode Webhook requires authorizationWebhookConfigFile to be specified');
    }
    if (!cluster.spec.at('authorization', 'rbac').present) {
      return;
    }
    const given = mode.value.split(',');
    for (const value of given.filter((name) => !modes.includes(name))) {
      yield unsupported(mode, modes, { value });
    }
    if (cloudOf(cluster) === 'aws' && !(given.includes('Node') && given.includes('RBAC'))) {
      yield required(mode, 'As of kubernetes 1.19 on AWS, authorizationMode must include RBAC and Node');
    }
  },
};
