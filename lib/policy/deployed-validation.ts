import type { ResolvedConfig, ResolvedValidation } from '../config/resolved.ts';
import { findingsDirectory } from '../findings/finding-records.ts';
import type { SecretReference } from '../vfs/store-definition.ts';
import type { DeployedRoute } from './deployed-routes.ts';
import { controlBucket, type DeployedStore, DeploymentError, keyPrefix, whyElsewhere } from './deployed-store.ts';

/** The function that judges the clusters of one source, as it is deployed beside it. */
export interface DeployedValidation {
  readonly source: DeployedStore;
  /** The part of the control store that holds findings. */
  readonly findings: DeployedStore;
  readonly queue: string;
  readonly deadLetterQueue: string;
  /** The function, and its role. */
  readonly validate: string;
  /** ARNs of the topics and of the event buses that it tells. */
  readonly topics: readonly string[];
  readonly buses: readonly string[];
  /** Variables that hold a secret: each is filled from the secret `statesync/NAME` of Secrets Manager. */
  readonly secretVariables: readonly string[];
}

/** One for each source that is deployed; none where the configuration does not ask for it. Throws `DeploymentError` for what functions on AWS cannot reach. */
export function deployedValidations(
  config: ResolvedConfig,
  routes: readonly DeployedRoute[],
): readonly DeployedValidation[] {
  const { validate } = config;
  if (validate === undefined) {
    return [];
  }
  const sources = new Map(routes.map(({ source }) => [source.name, source]));
  const validations = [...sources.values()].map((source) => deployedValidation(config, validate, source));
  for (const validation of validations) {
    refuseTakenNames(validation, routes);
  }
  return validations;
}

function deployedValidation(
  config: ResolvedConfig,
  { notify }: ResolvedValidation,
  source: DeployedStore,
): DeployedValidation {
  const name = `statesync-${source.name}-validate`;
  const { partition, region, account } = source;
  return {
    source,
    findings: findingsIn(config, source),
    queue: name,
    deadLetterQueue: `${name}-dlq`,
    validate: name,
    topics: notify.flatMap((target) => ('sns' in target ? target.sns : [])),
    buses: notify
      .flatMap((target) => ('eventBridge' in target ? target.eventBridge : []))
      .map((bus) => (bus.startsWith('arn:') ? bus : `arn:${partition}:events:${region}:${account}:event-bus/${bus}`)),
    secretVariables: notify.flatMap((target) => ('webhook' in target ? variableOf(target.webhook) : [])),
  };
}

function findingsIn({ control }: ResolvedConfig, source: DeployedStore): DeployedStore {
  if (control === undefined) {
    throw new DeploymentError('validate needs a control store, where the findings are kept; name one under control');
  }
  if (whyElsewhere('control', control) !== undefined) {
    const what = `control is ${control.definition.url}, and functions on AWS keep findings in a bucket of Amazon S3 only`;
    throw new DeploymentError(`${what}; name one, or remove validate`);
  }
  const store = controlBucket(control, source);
  return { ...store, prefix: `${keyPrefix(store)}${findingsDirectory}`.replace(/\/$/, '') };
}

function variableOf(webhook: SecretReference): string {
  if ('env' in webhook) {
    return webhook.env;
  }
  const what = `validate.notify names the file ${webhook.file}, which a function does not have`;
  throw new DeploymentError(
    `${what}; write { env: NAME }, and put the URL into the secret statesync/NAME of Secrets Manager`,
  );
}

/** `a-b` to `c` and the validation of `a` read the same where `c` is called `validate`. */
function refuseTakenNames(
  { source, queue, deadLetterQueue }: DeployedValidation,
  routes: readonly DeployedRoute[],
): void {
  const taken = routes
    .flatMap(({ legs }) => legs)
    .find((leg) => [leg.queue, leg.deadLetterQueue].some((name) => name === queue || name === deadLetterQueue));
  if (taken !== undefined) {
    const what = `route ${taken.route} to ${taken.destination.name} and the validation of ${source.name} would both be deployed as ${queue}`;
    throw new DeploymentError(`${what}; rename a route or a store`);
  }
}
