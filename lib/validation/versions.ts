import type { Node } from './node.ts';

/** A version of kOps or Kubernetes, as far as rules depend on it. */
export interface KopsVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * Reads a version the way kOps does (`ParseKubernetesVersion`): semver with or without `v`, with missing parts taken as 0,
 * or a URL that holds `/v1.<minor>.`. Undefined when it is none.
 */
export function parseVersion(text: string): KopsVersion | undefined {
  const exact = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+][0-9A-Za-z.+-]+)?$/.exec(text.trim());
  const inUrl = exact ?? /\/v(1)\.(\d+)\./.exec(text);
  if (inUrl === null) {
    return undefined;
  }
  const [, major = '0', minor = '0', patch = '0'] = inUrl;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** Whether a version is the given one or a later one. */
export function isAtLeast(version: KopsVersion, major: number, minor: number, patch = 0): boolean {
  const differences = [version.major - major, version.minor - minor, version.patch - patch];
  return (differences.find((difference) => difference !== 0) ?? 0) >= 0;
}

/** The Kubernetes version that a cluster's spec asks for; undefined when it is absent or malformed. */
export function kubernetesVersionOf(spec: Node): KopsVersion | undefined {
  const { text } = spec.at('kubernetesVersion');
  return text === undefined ? undefined : parseVersion(text);
}
