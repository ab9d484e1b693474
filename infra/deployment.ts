import { createRequire } from 'node:module';
import { App, type AppProps, Tags } from 'aws-cdk-lib';
import type { ResolvedConfig } from '../lib/config/resolved.ts';
import { replicaBuckets, sourceBuckets } from '../lib/policy/deployed-buckets.ts';
import { deploymentOf } from '../lib/policy/deployed-routes.ts';
import type { BucketPlace } from '../lib/policy/deployed-store.ts';
import { deployedValidations } from '../lib/policy/deployed-validation.ts';
import { DestinationStack } from './stacks/destination-stack.ts';
import { SourceStack } from './stacks/source-stack.ts';

/** An app with the behaviour that this version of aws-cdk-lib recommends for new projects. */
export function createApp(props: AppProps = {}): App {
  const context = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json') as AppProps['context'];
  return new App({ autoSynth: false, ...props, context: { ...context, ...props.context } });
}

export interface DeploymentOptions {
  readonly config: ResolvedConfig;
  /** The folder that holds the built bundles, one folder for each function. */
  readonly bundles: string;
  /** Make the sources' buckets too. @default false those that are there are taken */
  readonly createSources?: boolean;
  /** Name of a topic, in the account and region of each source, that is told of alarms. @default - nobody is told */
  readonly alarmTopic?: string;
  /** For how many minutes a cluster's configuration may be invalid before an alarm. @default 15 */
  readonly heldMinutes?: number;
}

/**
 * Adds the stacks of a configuration to an app: one for each bucket that holds replicas, and one for each that holds sources.
 *
 * Returns one sentence for each route or destination that is left out. Throws `DeploymentError` for what cannot be deployed.
 */
export function addStacks(app: App, options: DeploymentOptions): readonly string[] {
  const { bundles, createSources = false, alarmTopic, heldMinutes } = options;
  const { routes, leftOut, config } = deploymentOf(options.config);
  const replicas = new Map(
    replicaBuckets(routes).map((replica) => {
      const description = 'kops-statesync: a bucket for replicas of kOps state.';
      const name = stackName('replica', replica.place);
      return [replica.place.bucket, new DestinationStack(app, name, { env: replica.place, description, replica })];
    }),
  );
  for (const source of sourceBuckets(routes, deployedValidations(config, routes))) {
    const stack = new SourceStack(app, stackName('source', source.place), {
      env: source.place,
      description: 'kops-statesync: replicates the kOps state of one bucket.',
      source,
      config,
      bundles,
      createBucket: createSources,
      ...(alarmTopic !== undefined && { alarmTopic }),
      ...(heldMinutes !== undefined && { heldMinutes }),
    });
    const needed = [source.place, ...source.routes.flatMap(({ legs }) => legs.map(({ destination }) => destination))];
    for (const bucket of new Set(needed.map((place) => place.bucket))) {
      const replica = replicas.get(bucket);
      if (replica !== undefined) {
        stack.addStackDependency(replica, 'The first event may come as soon as the functions are there.');
      }
    }
  }
  Tags.of(app).add('kops-statesync', 'true');
  return leftOut;
}

/** Bucket names may hold dots, names of stacks may not. */
function stackName(kind: 'replica' | 'source', { bucket }: BucketPlace): string {
  return `statesync-${kind}-${bucket.replaceAll('.', '-')}`;
}
