import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem, required } from '../../problem.ts';
import type { ClusterRule, InstanceGroupRule, RuleText } from '../../rule.ts';

const hookText = {
  severity: 'error',
  explanation:
    'A hook is a unit of systemd that runs on the machines. It holds the text of a unit, or names a container to run; a raw manifest is taken as it is, and says what it waits for by itself. A disabled hook is not looked at.',
  kops: ['8.6/26'],
} satisfies Partial<RuleText>;

/** kOps: `validateHookSpec` (pkg/apis/kops/validation/validation.go). */
export const clusterHooks: ClusterRule = {
  ...hookText,
  id: 'HOOK-FIELDS',
  on: 'cluster',
  title: 'Every hook of a cluster has one thing to run.',
  check: ({ cluster }): Iterable<Problem> => hookProblems(cluster.spec),
};

/** kOps: `ValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupHooks: InstanceGroupRule = {
  ...hookText,
  id: 'INSTANCE-GROUP-HOOKS',
  on: 'instance-group',
  title: 'Every hook of an instance group has one thing to run.',
  check: ({ instanceGroup }): Iterable<Problem> => hookProblems(instanceGroup.spec),
};

function* hookProblems(spec: Node): Iterable<Problem> {
  for (const hook of spec.at('hooks').items) {
    if (hook.at('enabled').flag === false) {
      continue;
    }
    const [manifest, container] = [hook.at('manifest').text, hook.at('execContainer')];
    if (!container.present && manifest === undefined) {
      yield required(hook, 'you must set either manifest or execContainer for a hook');
    }
    if (hook.at('useRawManifest').flag === true) {
      yield* rawProblems(hook);
    }
    if (container.present && container.at('image').text === undefined) {
      yield required(container.at('image'), 'image must be specified');
    }
  }
}

function* rawProblems(hook: Node): Iterable<Problem> {
  if (hook.at('execContainer').present) {
    yield forbidden(hook, 'execContainer may not be used with useRawManifest (use manifest instead)');
  }
  if (hook.at('manifest').text === undefined) {
    yield required(hook, 'you must set manifest when useRawManifest is true');
  }
  for (const field of ['before', 'requires']) {
    if (hook.at(field).present) {
      yield forbidden(hook, `${field} may not be used with useRawManifest`);
    }
  }
}

const fileText = {
  severity: 'error',
  explanation:
    'kOps writes each file asset to the disk of the machines, and the kernel parameters to `/etc/sysctl.d`. Give a file its name and content, and a parameter its value: `vm.swappiness=10`.',
  kops: ['8.6/27', '8.6/28'],
} satisfies Partial<RuleText>;

/** kOps: `validateFileAssetSpec` and `validateClusterSpec` (pkg/apis/kops/validation/validation.go). */
export const clusterFiles: ClusterRule = {
  ...fileText,
  id: 'FILE-ASSETS',
  on: 'cluster',
  title: 'File assets of a cluster have a name and a content, and kernel parameters a value.',
  check: ({ cluster }): Iterable<Problem> => fileProblems(cluster.spec),
};

/** kOps: `ValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupFiles: InstanceGroupRule = {
  ...fileText,
  id: 'INSTANCE-GROUP-FILE-ASSETS',
  on: 'instance-group',
  title: 'File assets of an instance group have a name and a content, and kernel parameters a value.',
  check: ({ instanceGroup }): Iterable<Problem> => fileProblems(instanceGroup.spec),
};

function* fileProblems(spec: Node): Iterable<Problem> {
  for (const asset of spec.at('fileAssets').items) {
    for (const field of ['name', 'content']) {
      if (asset.at(field).text === undefined) {
        yield required(asset.at(field));
      }
    }
  }
  for (const parameter of spec.at('sysctlParameters').items) {
    if (!(parameter.text ?? '').includes('=')) {
      yield invalid(parameter, 'must contain a "=" character');
    }
  }
}
