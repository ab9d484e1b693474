import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, type Problem } from '../lib/config/problem.ts';
import { configFileName, readConfigFile } from '../lib/config/read-file.ts';
import { resolveConfig } from '../lib/config/resolve.ts';
import type { ResolvedConfig } from '../lib/config/resolved.ts';
import { DeploymentError } from '../lib/policy/deployed-store.ts';

/** A configuration to deploy. */
export interface FoundConfiguration {
  readonly config: ResolvedConfig;
  /** What the operator should know: that the example was taken, and the warnings about the file. */
  readonly notes: readonly string[];
}

/**
 * Reads the configuration at `path`, or the one of the checkout `root`: its `statesync.yaml`, else the example. Throws `DeploymentError` with
 * everything that is wrong with the file.
 *
 * The environment counts for nothing: it is not the one in which the functions will run.
 */
export async function findConfiguration(root: string, path?: string): Promise<FoundConfiguration> {
  const own = join(root, configFileName);
  const example = join(root, 'examples', configFileName);
  const isExample = path === undefined && !existsSync(own);
  const file = path ?? (isExample ? example : own);
  const parsed = await readConfigFile(file);
  if (!parsed.ok) {
    throw new DeploymentError(inLines(parsed.problems));
  }
  const note = `there is no ${configFileName}, so that ${example} is taken; name another with -c config=FILE`;
  return {
    config: resolveConfig(parsed.config),
    notes: [...(isExample ? [note] : []), ...parsed.warnings.map(formatProblem)],
  };
}

function inLines(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n');
}
