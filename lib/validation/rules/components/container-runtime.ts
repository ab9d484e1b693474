import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { oneOf } from '../one-of.ts';

const docker =
  'Docker CRI support was removed in Kubernetes 1.24: https://kubernetes.io/blog/2020/12/02/dockershim-faq';
const authorization =
  'NodeAuthorization must be empty. The functionality has been reimplemented and is enabled on kubernetes >= 1.19.0.';

/** kOps: `validateClusterSpec` and `validateContainerRuntime` (pkg/apis/kops/validation/validation.go). */
export const containerRuntime: ClusterRule = {
  id: 'CONTAINER-RUNTIME',
  on: 'cluster',
  severity: 'error',
  title: 'Containers run in containerd.',
  explanation: 'Kubernetes runs them in Docker no more. Remove the fields: containerd needs none.',
  kops: ['8.6/13'],
  *check({ cluster: { spec } }): Iterable<Problem> {
    const runtime = spec.at('containerRuntime');
    yield* oneOf(runtime, ['containerd', 'docker']);
    if (runtime.text === 'docker') {
      yield forbidden(runtime, docker, { fix: { path: runtime.path, value: undefined } });
    }
    if (spec.at('docker').present) {
      yield forbidden(spec.at('docker'), docker, { fix: { path: spec.at('docker').path, value: undefined } });
    }
  },
};

/** kOps: `validateClusterSpec` (pkg/apis/kops/validation/validation.go). */
export const nodeAuthorization: ClusterRule = {
  id: 'NODE-AUTHORIZATION',
  on: 'cluster',
  severity: 'error',
  title: 'A cluster configures no authorization of nodes, which kOps does by itself.',
  explanation: 'Remove the field: kops-controller gives every machine its certificate.',
  kops: ['8.6/18'],
  *check({ cluster: { spec } }): Iterable<Problem> {
    const field = spec.at('nodeAuthorization');
    if (field.present) {
      yield forbidden(field, authorization, { fix: { path: field.path, value: undefined } });
    }
  },
};
