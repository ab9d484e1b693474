import { s3Schemes } from '../vfs/schemes.ts';
import { describeEnvironment, type Environment } from './env.ts';
import type { ParsedConfig } from './parse.ts';
import { jsonPointer } from './problem.ts';
import { resolveConfig } from './resolve.ts';
import type { ResolvedConfig, ResolvedStore } from './resolved.ts';
import { coverSecrets } from './secret-mask.ts';
import type { Position } from './source-text.ts';
import type { Path } from './yaml-source.ts';

/** Where a value comes from. */
export type Origin =
  | ({ readonly kind: 'file' } & Position)
  | { readonly kind: 'default' }
  | { readonly kind: 'environment'; readonly variable: string };

/** One value that is in force, and where it comes from. */
export interface ExplainedValue {
  /** JSON pointer into the resolved configuration; of an environment variable, into the store that it decides something for. */
  readonly pointer: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** Everything that `config view` shows. */
export interface Explanation {
  readonly values: readonly ExplainedValue[];
  /** The variables of the project that are set; secrets only as `(set)`. */
  readonly environment: readonly { readonly name: string; readonly value: string; readonly meaning: string }[];
}

/** Says of each value of a configuration where it comes from: a line of the file, a default, or the environment. */
export function explainConfig(parsed: Extract<ParsedConfig, { ok: true }>, environment: Environment = {}): Explanation {
  const { config, source } = parsed;
  const resolved = resolveConfig(config);
  const values = leaves(shownValues(resolved, config.control)).map(({ path, value }): ExplainedValue => {
    const written = writtenPath(config, path);
    const origin: Origin =
      written === undefined ? { kind: 'default' } : { kind: 'file', ...source.positionOf(written) };
    return { pointer: jsonPointer(path), value, origin };
  });
  return {
    values: [...values, ...fromEnvironment(resolved, environment)],
    environment: describeEnvironment(environment),
  };
}

interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

/** The resolved configuration in the shape of the file. */
function shownValues(
  { version, stores, routes, validate, waivers }: ResolvedConfig,
  control: string | undefined,
): object {
  const definitions = Object.entries(stores).map(([name, { definition }]) => [name, definition] as const);
  return {
    version,
    ...(control !== undefined && { control }),
    stores: Object.fromEntries(definitions),
    routes,
    ...(validate !== undefined && { validate }),
    ...(waivers !== undefined && { waivers }),
  };
}

function leaves(value: unknown, path: Path = []): readonly Leaf[] {
  const isLeaf =
    typeof value !== 'object' ||
    value === null ||
    (Array.isArray(value) && value.every((item) => typeof item !== 'object'));
  if (isLeaf) {
    return [{ path, value }];
  }
  const entries: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

/** The path in the file that decides a value: its own; for classes, what was said of them; undefined where nothing was. */
function writtenPath(config: object, path: Path): Path | undefined {
  if (holds(config, path)) {
    return path;
  }
  const holder = path.slice(0, -1);
  const decisive =
    path.at(-1) === 'classes'
      ? [
          [...holder, 'classes'],
          [...holder, 'sensitive'],
        ]
      : [];
  return decisive.find((candidate) => holds(config, candidate));
}

function holds(data: unknown, path: Path): boolean {
  const [first, ...rest] = path;
  if (first === undefined) {
    return data !== undefined;
  }
  return (
    typeof data === 'object' &&
    data !== null &&
    Object.hasOwn(data, first) &&
    holds(data[first as keyof typeof data], rest)
  );
}

/** The fields that a variable decides for stores of a scheme that say nothing themselves. */
const variablesOfScheme: Readonly<Record<string, readonly (readonly [EnvironmentField, string])[]>> = {
  swift: [
    ['region', 'OS_REGION_NAME'],
    ['caCert', 'OS_CACERT'],
  ],
  oss: [['region', 'OSS_REGION']],
  vault: [
    ['namespace', 'VAULT_NAMESPACE'],
    ['caCert', 'VAULT_CACERT'],
  ],
};

type EnvironmentField = 'endpoint' | 'region' | 'namespace' | 'caCert';

/** S3_REGION counts only where the store is a compatible one. */
function variablesFor({ scheme, definition }: ResolvedStore, { S3_ENDPOINT }: Environment) {
  if (!s3Schemes.has(scheme)) {
    return variablesOfScheme[scheme] ?? [];
  }
  const isCompatible = (definition.endpoint ?? S3_ENDPOINT) !== undefined;
  const region = ['region', 'S3_REGION'] as const;
  return [['endpoint', 'S3_ENDPOINT'] as const, ...(isCompatible ? [region] : [])];
}

/** What the environment decides for stores that say nothing themselves. */
function fromEnvironment({ stores }: ResolvedConfig, environment: Environment): readonly ExplainedValue[] {
  return Object.entries(stores).flatMap(([name, store]) =>
    variablesFor(store, environment).flatMap(([field, variable]): ExplainedValue[] => {
      const value = store.definition[field] === undefined ? environment[variable] : undefined;
      const pointer = jsonPointer(['stores', name, field]);
      return value === undefined
        ? []
        : [{ pointer, value: coverSecrets(value), origin: { kind: 'environment', variable } }];
    }),
  );
}
