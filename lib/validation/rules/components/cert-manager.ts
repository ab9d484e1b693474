import { forbidden, type Problem, type ProblemOptions } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateMetricsServer`, `validateAWSLoadBalancerController` and others (pkg/apis/kops/validation/validation.go). */
export const needsCertManager: ClusterRule = {
  id: 'CERT-MANAGER-NEEDED',
  on: 'cluster',
  severity: 'error',
  title: 'Add-ons that need certificates have cert-manager, and cert-manager the rights that it needs.',
  explanation:
    'They serve webhooks, whose certificates cert-manager issues. Enable it, or say that you run your own with `certManager: {enabled: true, managed: false}`. To prove a name by DNS it must be allowed to write records.',
  kops: ['8.6/21'],
  *check({ cluster: { spec } }): Iterable<Problem> {
    const certManager = spec.at('certManager');
    if (certManager.at('enabled').flag === true) {
      const external = spec.at('iam', 'useServiceAccountExternalPermissions').flag === true;
      if (certManager.at('hostedZoneIDs').items.length > 0 && !external) {
        const detail =
          'Cert Manager requires that service accounts use external permissions in order to do dns-01 validation';
        yield forbidden(certManager, detail);
      }
      return;
    }
    const missing = (path: readonly string[], what: string, options: ProblemOptions = {}) =>
      forbidden(spec.at(...path), `${what} requires that cert manager is enabled`, options);
    const aws = ['cloudProvider', 'aws'];
    const metrics = spec.at('metricsServer');
    if (metrics.at('enabled').flag === true && metrics.at('insecure').flag !== true) {
      yield missing(['metricsServer', 'insecure'], 'Secure metrics server');
    }
    if (spec.at(...aws, 'loadBalancerController', 'enabled').flag === true) {
      const kopsPath = 'spec.cloudProvider.aws.awsLoadBalanceController';
      yield missing([...aws, 'loadBalancerController'], 'AWS Load Balancer Controller', { kopsPath });
    }
    if (spec.at('snapshotController', 'enabled').flag === true) {
      yield missing(['snapshotController', 'enabled'], 'Snapshot controller');
    }
    if (spec.at(...aws, 'podIdentityWebhook', 'enabled').flag === true) {
      yield missing([...aws, 'podIdentityWebhook'], 'EKS Pod Identity Webhook');
    }
  },
};
