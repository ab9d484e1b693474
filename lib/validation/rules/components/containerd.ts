import { cloudOf } from '../../cluster-facts.ts';
import { formatDuration, parseDuration } from '../../duration.ts';
import type { KopsObject } from '../../kops-object.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { SetRule } from '../../rule.ts';
import { isAtLeast, parseVersion } from '../../versions.ts';

/** kOps: `validateContainerdConfig` (pkg/apis/kops/validation/validation.go). */
export const containerd: SetRule = {
  id: 'CONTAINERD-FIELDS',
  on: 'set',
  severity: 'error',
  title: 'containerd is of version 2.1 or later, and its packages have a source and a hash.',
  explanation:
    'kOps writes the configuration of containerd 2. A package is fetched by URL and checked against its SHA-256, so both are given or none. An extension gets a positive time.',
  kops: ['8.6/14', '8.6/15'],
  *check({ cluster, instanceGroups }): Iterable<Problem> {
    for (const { spec } of [cluster, ...instanceGroups]) {
      const config = spec.at('containerd');
      yield* versionProblems(config.at('version'));
      yield* packageProblems(config.at('packages'), 'Amd64', '');
      yield* packageProblems(config.at('packages'), 'Arm64', 'Arm64');
      yield* nriProblems(config.at('nri'), config.at('version').text);
    }
  },
};

function* versionProblems(node: Node): Iterable<Problem> {
  if (typeof node.value !== 'string') {
    return;
  }
  // kOps says first how it failed to read it, then that it is too old.
  const version = parseVersion(node.value);
  if (version === undefined) {
    yield invalid(node, `unable to parse version string: ${whyNoVersion(node.value)}`);
  }
  if (version === undefined || !isAtLeast(version, 2, 1)) {
    yield invalid(node, 'unsupported legacy version; containerd 2.1.0 or newer is required');
  }
}

/** In the words of `semver.ParseTolerant` (github.com/blang/semver), for what is mostly wrong. */
function whyNoVersion(text: string): string {
  const [major = '', ...others] = text.trim().replace(/^v/, '').split('.');
  const [minor = major, ...patch] = others;
  if (patch.length === 0 && /[-+]/.test(minor)) {
    return 'Short version cannot contain PreRelease/Build meta data';
  }
  const parts = { major, minor, patch: patch.join('.') };
  const [name, part] = Object.entries(parts).find(([, number]) => !/^\d+$/.test(number)) ?? ['patch', parts.patch];
  return `Invalid character(s) found in ${name} number ${JSON.stringify(part)}`;
}

function* packageProblems(packages: Node, machine: string, suffix: string): Iterable<Problem> {
  const [url, hash] = [packages.at(`url${machine}`), packages.at(`hash${machine}`)];
  const kopsPath = (name: string) => `spec.containerd.${name}${suffix}`;
  if (url.present && !hash.present) {
    const detail = 'Package hash must also be set';
    yield invalid(url, detail, { value: undefined, kopsPath: kopsPath('packageUrl') });
  } else if (hash.present && !url.present) {
    yield invalid(hash, 'Package URL must also be set', { kopsPath: kopsPath('packageHash') });
  } else if ((hash.text ?? '').length > 64) {
    yield invalid(hash, 'Package hash must be 64 characters long', { kopsPath: kopsPath('packageHash') });
  }
}

function* nriProblems(nri: Node, version: string | undefined): Iterable<Problem> {
  if (nri.at('enabled').flag !== true) {
    return;
  }
  yield* timeoutProblems(nri.at('pluginRequestTimeout'));
  yield* timeoutProblems(nri.at('pluginRegistrationTimeout'));
  const parsed = parseVersion(version ?? '');
  if (parsed !== undefined && !isAtLeast(parsed, 1, 7)) {
    yield forbidden(nri, 'NRI is available starting from version 1.7.0 and above');
  }
}

function* timeoutProblems(node: Node): Iterable<Problem> {
  const duration = parseDuration(node.text ?? '');
  if (duration !== undefined && duration <= 0) {
    yield invalid(node, 'must be a positive duration', { value: formatDuration(duration) });
  }
}

/** kOps: `validateNvidiaConfig` and `validateGVisorConfig` (pkg/apis/kops/validation/validation.go), `ValidateInstanceGroup` (instancegroup.go). */
export const containerdRuntimes: SetRule = {
  id: 'CONTAINERD-RUNTIMES',
  on: 'set',
  severity: 'error',
  title: 'gVisor and NVIDIA are set up where kOps can do it.',
  explanation:
    'gVisor belongs to instance groups of role Node. NVIDIA works on AWS and, for instance groups only, on OpenStack.',
  kops: ['8.6/16', '8.6/17'],
  *check({ cluster, instanceGroups }): Iterable<Problem> {
    const gvisor = cluster.spec.at('containerd', 'gvisor');
    if (gvisor.present) {
      yield forbidden(gvisor, 'gVisor can only be configured on instance groups');
    }
    for (const { spec } of instanceGroups) {
      const own = spec.at('containerd', 'gvisor');
      if (own.at('enabled').flag === true && spec.at('role').text !== 'Node') {
        yield forbidden(own, 'gVisor can only be enabled on instance groups with role Node');
      }
    }
    yield* nvidia(cluster, instanceGroups);
  },
};

function* nvidia(cluster: KopsObject, instanceGroups: readonly KopsObject[]): Iterable<Problem> {
  const cloud = cloudOf(cluster);
  const kopsPath = 'spec.containerd.nvidia';
  for (const object of [cluster, ...instanceGroups]) {
    const gpu = object.spec.at('containerd', 'nvidiaGPU');
    if (gpu.at('enabled').flag !== true || cloud === 'aws') {
      continue;
    }
    if (cloud !== 'openstack') {
      yield forbidden(gpu, 'Nvidia is only supported on AWS and OpenStack', { kopsPath });
    } else if (object === cluster) {
      yield forbidden(gpu, 'OpenStack supports nvidia configuration only in instance group', { kopsPath });
    }
  }
}
