import { type KnownVariable, knownVariables } from './known-variables.ts';
import { coverSecrets } from './secret-mask.ts';

type VariableName = keyof typeof knownVariables;

/**
 * Environment variables by name. Those of the project are known to the type; a reference such as `{ env: NAME }` in the configuration may
 * ask for any other. Holds secrets: never log it.
 */
export type Environment = { readonly [Name in VariableName]?: string } & Readonly<Record<string, string | undefined>>;

/** Reads the environment of this process: the only place that does. An empty variable counts as unset, as it does for kOps. */
export function readEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: everything else is given its values from here.
  return withoutEmpty(process.env);
}

/** The environment without its empty variables. */
export function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}

/** The known variables that are set, with what they decide; secrets only as `(set)`. */
export function describeEnvironment(
  environment: Environment,
): readonly { name: string; value: string; meaning: string }[] {
  return Object.entries<KnownVariable>(knownVariables).flatMap(([name, { meaning, secret }]) => {
    const value = environment[name];
    return value === undefined ? [] : [{ name, value: secret === true ? '(set)' : coverSecrets(value), meaning }];
  });
}
