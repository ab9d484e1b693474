import { currentCluster } from './kubeconfig.ts';
import type { Setting, Surroundings } from './setting.ts';

const variable = 'KOPS_CLUSTER_NAME';

/** What `resolveClusterName` looks at. */
export interface ClusterNameInputs extends Surroundings {
  /** The arguments in the place where a cluster's name may stand. */
  readonly positional: readonly string[];
  /** The value of `--name`. */
  readonly flag: string | undefined;
}

/** More than one cluster was named. The message is kOps's (`cmd/kops/root.go`). */
export class ClusterNameError extends Error {
  override readonly name = 'ClusterNameError';
}

/**
 * Finds the cluster's name as kOps does: `--name`, with `KOPS_CLUSTER_NAME` as its default; else the argument; else the cluster of kubectl's
 * current context.
 *
 * Rejects with `ClusterNameError` for an argument on top of a name, and for a second argument. A kubeconfig that cannot be read, or does not
 * say, is a warning.
 */
export async function resolveClusterName(inputs: ClusterNameInputs): Promise<Setting> {
  const [argument, ...more] = inputs.positional;
  if (more.length > 0) {
    throw new ClusterNameError('expected a single <clustername> to be passed as an argument');
  }
  const named = fromFlagOrEnv(inputs);
  if (argument === undefined) {
    return named ?? fromKubeconfig(inputs);
  }
  if (named !== undefined) {
    throw new ClusterNameError('cannot specify cluster via --name and positional argument');
  }
  return { value: argument, origin: { kind: 'argument' }, warnings: [] };
}

function fromFlagOrEnv({ flag, env }: ClusterNameInputs): Setting | undefined {
  if (flag !== undefined) {
    return flag === '' ? undefined : { value: flag, origin: { kind: 'flag', name: '--name' }, warnings: [] };
  }
  const value = env[variable];
  return value ? { value, origin: { kind: 'env', name: variable }, warnings: [] } : undefined;
}

async function fromKubeconfig(surroundings: Surroundings): Promise<Setting> {
  const found = await currentCluster(surroundings);
  return found.kind === 'cluster'
    ? { value: found.name, origin: { kind: 'file', path: found.path, key: 'current-context' }, warnings: [] }
    : { value: '', origin: { kind: 'default' }, warnings: [found.warning] };
}
