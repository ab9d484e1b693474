import { cloudOf, usesNoneDns } from '../../cluster-facts.ts';
import type { KopsObject } from '../../kops-object.ts';
import type { Node } from '../../node.ts';
import { forbidden, type Problem, unsupported } from '../../problem.ts';
import type { ClusterRule, ClusterSubject } from '../../rule.ts';
import { isAtLeast } from '../../versions.ts';

/** Where kOps tells of the certificates of network load balancers. */
const link = 'https://github.com/kubernetes/kops/blob/master/permalinks/acm_nlb.md';

const onAwsOnly = [
  'class',
  'securityGroupOverride',
  'additionalSecurityGroups',
  'sslCertificate',
  'sslPolicy',
  'crossZoneLoadBalancing',
  'accessLog',
] as const;

/** kOps: `validateClusterSpec` (pkg/apis/kops/validation/validation.go). */
export const loadBalancerCloud: ClusterRule = {
  id: 'API-LOAD-BALANCER',
  on: 'cluster',
  severity: 'error',
  title: 'The load balancer of the API has what its cloud offers.',
  explanation:
    'Most of its options are those of AWS; elsewhere kOps would do nothing with them. An internal one needs a private subnet to stand in.',
  kops: ['8.7/2', '8.7/3'],
  *check({ cluster }): Iterable<Problem> {
    const loadBalancer = cluster.spec.at('api', 'loadBalancer');
    for (const name of cloudOf(cluster) === 'aws' ? [] : onAwsOnly) {
      const option = loadBalancer.at(name);
      if (option.present && option.value !== '') {
        yield forbidden(option, `${name} is only supported on AWS`);
      }
    }
    const type = loadBalancer.at('type');
    const subnets = cluster.spec.at('networking', 'subnets').items;
    if (type.text === 'Internal' && !subnets.some((subnet) => subnet.at('type').text === 'Private')) {
      yield forbidden(type, 'Internal LoadBalancers must have at least one subnet of type Private');
    }
  },
};

/** kOps: `awsValidateCluster` (pkg/apis/kops/validation/aws.go). */
export const loadBalancerClass: ClusterRule = {
  id: 'API-LOAD-BALANCER-CLASS',
  on: 'cluster',
  severity: 'error',
  title: 'On AWS the load balancer of the API is a network load balancer.',
  explanation:
    'kOps 1.37 dropped classic load balancers, and completes a class that is absent to `Classic` before it refuses it: write `class: Network`. A cluster that has a classic one is moved to a network load balancer with kOps 1.36 or earlier. Certificates and policies of TLS, and DNS of the type None, need a network load balancer in any version.',
  kops: ['8.7/1', '8.7/3', '8.7/4'],
  *check(subject): Iterable<Problem> {
    const { cluster } = subject;
    const loadBalancer = cluster.spec.at('api', 'loadBalancer');
    if (loadBalancer.present && cloudOf(cluster) === 'aws') {
      yield* classProblems(subject, loadBalancer.at('class'));
      yield* networkOptions(cluster, loadBalancer);
    }
  },
};

function* classProblems({ completed, kopsVersion }: ClusterSubject, node: Node): Iterable<Problem> {
  const isClassicGone = kopsVersion === undefined || isAtLeast(kopsVersion, 1, 37);
  const allowed = isClassicGone ? ['Network'] : ['Classic', 'Network'];
  if (isClassicGone && node.text === 'Classic') {
    const detail = `AWS Classic Load Balancer for API is no longer supported; migrate to a Network Load Balancer using kOps 1.36 or earlier. See ${link}`;
    yield forbidden(node, detail);
  } else if ((completed || node.text !== undefined) && !allowed.includes(node.text ?? '')) {
    yield unsupported(node, allowed, { value: node.text ?? '' });
  }
}

function* networkOptions(cluster: KopsObject, loadBalancer: Node): Iterable<Problem> {
  const [type, internal] = [loadBalancer.at('type'), loadBalancer.at('useForInternalAPI')];
  const [certificate, policy] = [loadBalancer.at('sslCertificate'), loadBalancer.at('sslPolicy')];
  const isNetwork = loadBalancer.at('class').text === 'Network';
  if (usesNoneDns(cluster) && !isNetwork) {
    yield forbidden(type, 'topology.dns.type=none requires Network Load Balancer');
  }
  if (isNetwork && internal.flag === true && type.text === 'Internal') {
    yield forbidden(internal, 'useForInternalAPI cannot be used with internal NLB due lack of hairpinning support');
  }
  if (certificate.text !== undefined && !isNetwork) {
    yield forbidden(certificate, `sslCertificate requires a network load balancer. See ${link}`);
  }
  if (policy.present && !isNetwork) {
    yield forbidden(policy, 'sslPolicy should be specified with Network Load Balancer');
  }
  if (policy.present && certificate.text === undefined) {
    yield forbidden(policy, 'sslPolicy should not be specified without SSLCertificate');
  }
}
