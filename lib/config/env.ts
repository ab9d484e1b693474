import { coverSecrets } from './secret-mask.ts';

/** One environment variable that the project knows. */
interface KnownVariable {
  /** What it decides. */
  readonly meaning: string;
  /** Its value is never shown. */
  readonly secret?: true;
}

/** The environment variables that the project reads itself. kOps's own keep kOps's meaning (`util/pkg/vfs/s3context.go`, `cmd/kops/root.go`). */
export const knownVariables = {
  S3_ENDPOINT: { meaning: 'Puts every S3 store that has no endpoint of its own at an S3-compatible one.' },
  S3_REGION: { meaning: 'The region of a compatible store; us-east-1 where it is not set.' },
  S3_ACCESS_KEY_ID: { meaning: 'The access key id at S3_ENDPOINT.', secret: true },
  S3_SECRET_ACCESS_KEY: { meaning: 'The secret access key at S3_ENDPOINT.', secret: true },
  KOPS_STATE_S3_ACL: { meaning: 'The canned ACL of every object that is written to S3.' },
  KOPS_STATE_STORE: { meaning: 'The state store, where a command is given none.' },
  KOPS_CLUSTER_NAME: { meaning: 'The cluster, where a command is given none.' },
  AWS_REGION: { meaning: 'Where a bucket is asked for its region.' },
  AWS_PROFILE: { meaning: 'The profile of the default credential chain.' },
  AWS_ENDPOINT_URL: { meaning: "Puts AWS's services at another address." },
  AWS_ENDPOINT_URL_S3: { meaning: "Puts AWS's S3 at another address." },
  AWS_USE_DUALSTACK_ENDPOINT: {
    meaning: 'With false, AWS is reached at its plain addresses instead of the dual-stack ones.',
  },
  KUBECONFIG: { meaning: 'The files in which the current cluster is looked up.' },
  HOME: { meaning: 'Where ~/.kops.yaml and ~/.kops/config are looked for.' },
  NO_COLOR: { meaning: 'Switches colour off.' },
  CI: { meaning: 'Switches the progress bar off.' },
} as const satisfies Readonly<Record<string, KnownVariable>>;

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
