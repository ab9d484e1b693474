import { cloudOf, isIpv6Only } from '../../cluster-facts.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { isArnOf } from '../arn.ts';
import { oneOfGiven } from '../one-of.ts';

/** kOps: `awsValidateEBSCSIDriver`, `awsValidateNLBSecurityGroupMode` and `awsValidateUseIPBasedNodeNames` (pkg/apis/kops/validation/aws.go). */
export const awsOptions: ClusterRule = {
  id: 'AWS-OPTIONS',
  on: 'cluster',
  severity: 'error',
  title: 'The options of AWS hold values that kOps can work with.',
  explanation:
    'The driver for EBS volumes cannot be switched off, since Kubernetes has none of its own any more; to install another one, let it be unmanaged (`managed: false`). Names of nodes by their address need IPv4.',
  kops: ['8.7/6', '8.7/7', '8.7/8'],
  *check({ cluster }): Iterable<Problem> {
    const aws = cluster.spec.at('cloudProvider', 'aws');
    if (aws.at('ebsCSIDriver', 'enabled').flag === false) {
      yield forbidden(aws.at('ebsCSIDriver', 'enabled'), 'must not be disabled');
    }
    yield* oneOfGiven(aws.at('nlbSecurityGroupMode'), ['Managed']);
    if (aws.at('useIPBasedNodeNames').flag === true && isIpv6Only(cluster)) {
      yield forbidden(aws.at('useIPBasedNodeNames'), 'IP-based node names are not supported on IPv6-only clusters');
    }
  },
};

/** kOps: `validateNodeTerminationHandler` (pkg/apis/kops/validation/validation.go). */
export const nodeTerminationHandler: ClusterRule = {
  id: 'NODE-TERMINATION-HANDLER',
  on: 'cluster',
  severity: 'error',
  title: 'The node termination handler goes with how machines are managed.',
  explanation:
    'Karpenter handles the end of its machines itself. In Queue Processor mode, which is the default, the handler always drains machines whose spot capacity ends, and watches rebalance recommendations only to drain.',
  kops: ['8.7/9'],
  *check({ cluster }): Iterable<Problem> {
    const handler = cluster.spec.at('cloudProvider', 'aws', 'nodeTerminationHandler');
    const enabled = handler.at('enabled').flag;
    if (handler.present && enabled !== false && cluster.spec.at('karpenter', 'enabled').flag === true) {
      yield forbidden(handler, 'nodeTerminationHandler cannot be used in conjunction with Karpenter');
    }
    if (enabled !== true || handler.at('enableSQSTerminationDraining').flag === false) {
      return;
    }
    const [draining, monitoring] = [
      handler.at('enableSpotInterruptionDraining'),
      handler.at('enableRebalanceMonitoring'),
    ];
    if (draining.flag === false) {
      yield forbidden(draining, 'spot interruption draining cannot be disabled in Queue Processor mode');
    }
    if (handler.at('enableRebalanceDraining').flag !== true && monitoring.flag === true) {
      yield forbidden(monitoring, 'rebalance events can only drain in Queue Processor mode');
    }
  },
};

/** kOps: `awsValidateIAMAuthenticator` (pkg/apis/kops/validation/aws.go). */
export const awsAuthentication: ClusterRule = {
  id: 'AWS-AUTHENTICATION',
  on: 'cluster',
  severity: 'error',
  title: 'AWS identities are mapped with the back end CRD, from ARNs of roles and users.',
  explanation:
    'kOps writes the mappings as objects of the kind IAMIdentityMapping, which the authenticator reads only with `backendMode: CRD`.',
  kops: ['8.7/11'],
  *check({ cluster }): Iterable<Problem> {
    const aws = cluster.spec.at('authentication', 'aws');
    const mappings = aws.at('identityMappings').items;
    if (cloudOf(cluster) !== 'aws') {
      return;
    }
    if (mappings.length > 0 && aws.at('backendMode').text?.includes('CRD') !== true) {
      yield forbidden(aws.at('backendMode'), 'backendMode must be CRD if identityMappings is set');
    }
    for (const mapping of mappings) {
      const arn = mapping.at('arn');
      if (!isArnOf(arn.text ?? '', ['role/', 'user/'])) {
        const detail =
          'arn must be a valid IAM Role or User ARN such as arn:aws:iam::123456789012:role/KopsExampleRole';
        yield invalid(arn, detail, { value: arn.text ?? '' });
      }
    }
  },
};
