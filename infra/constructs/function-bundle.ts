import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { type ResolvedConfig, writeResolved } from '../../lib/config/resolved.ts';
import { DeploymentError } from '../../lib/policy/deployed-store.ts';

/** The functions that `npm run build` makes. */
export type FunctionName = 'replicate' | 'reconcile' | 'validate';

/**
 * The code of a function: the bundle as it was built, and the resolved configuration beside it as `statesync.json`.
 *
 * `bundles` is the folder that holds one folder for each function. Throws `DeploymentError` where the bundle has not been built.
 */
export function functionBundle(scope: IConstruct, name: FunctionName, bundles: string, config: ResolvedConfig): Code {
  const built = join(bundles, name);
  if (!existsSync(join(built, 'index.mjs'))) {
    throw new DeploymentError(`${join(built, 'index.mjs')} is missing; run npm run build first`);
  }
  const outdir = Stage.of(scope)?.outdir;
  if (outdir === undefined) {
    throw new Error(`${scope.node.path} stands outside of an app`);
  }
  const staged = join(outdir, 'bundles', name);
  rmSync(staged, { recursive: true, force: true }); // An earlier run may have left files that are no longer built.
  cpSync(built, staged, { recursive: true });
  writeFileSync(join(staged, 'statesync.json'), writeResolved(config));
  return Code.fromAsset(staged);
}
