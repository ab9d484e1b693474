import { z } from 'zod';
import { type DeletePolicy, defaultDeletePolicy, type ObjectClass } from '../kops/object-class.ts';
import { carriedClasses } from './carried-classes.ts';
import { whyNotControl } from './control-rules.ts';
import { defaultBrake, defaultClusters, defaultGate, gateModes } from './defaults.ts';
import { nameSchema, storeSchema } from './store-schema.ts';
import { validateSchema } from './validate-schema.ts';
import { waiverSchema } from './waiver-schema.ts';

// The single source of the configuration file: its types, its checks field by field, its JSON Schema and its documentation.

const classList = z
  .array(z.enum(carriedClasses).meta({ examples: ['etcd-backup'] }))
  .min(1)
  .meta({ examples: [['etcd-backup']] });

const deletes = z
  .strictObject(Object.fromEntries(carriedClasses.map((name) => [name, deletePolicy(name)])) as DeletePolicies)
  .meta({
    description:
      'What becomes of a replica when its source is deleted, by class. A class that is not named keeps its default.',
    examples: [{ 'etcd-control': 'follow' }],
  });

type DeletePolicies = Record<ObjectClass, ReturnType<typeof deletePolicy>>;

function deletePolicy(name: ObjectClass) {
  return z
    .enum(['follow', 'retain'] satisfies DeletePolicy[])
    .exactOptional()
    .meta({
      description: `Whether a delete of class ${name} is carried out, or the replica kept.`,
      default: defaultDeletePolicy[name],
      examples: ['follow'],
    });
}

/** One entry of a route's `to`. */
export const destinationSchema = z
  .strictObject({
    store: nameSchema.meta({
      description: 'The store that is written, by its name under stores.',
      examples: ['replica'],
    }),
    classes: z
      .union(
        [
          z.strictObject({ include: classList.meta({ description: 'These classes and no others.' }) }),
          z.strictObject({ exclude: classList.meta({ description: 'All classes but these.' }) }),
        ],
        { error: 'names no classes; expected include or exclude, with a list of them' },
      )
      .exactOptional()
      .meta({
        description: 'The classes of objects that this destination gets. Left out: all of them.',
        examples: [{ exclude: ['etcd-backup'] }],
      }),
    sensitive: z
      .enum(['include', 'exclude'])
      .exactOptional()
      .meta({
        description:
          'Whether this destination gets the classes that hold keys and secrets: keyset, secret, addon, manifest, etcd-backup. Left out: include. Must be said where the destination is another provider, or is not known to encrypt at rest.',
        examples: ['include'],
      }),
    deletes: deletes.exactOptional(),
  })
  .meta({ description: 'One destination of a route.', examples: [{ store: 'replica' }] });

const brakeLimit = z.int().min(0).max(1_000_000);

const brakeSchema = z
  .strictObject({
    deletes: brakeLimit.exactOptional().meta({
      description: 'Deletes of anything but pruned etcd backups.',
      default: defaultBrake.deletes,
      examples: [30],
    }),
    prunedBackups: brakeLimit.exactOptional().meta({
      description: 'Etcd backups that the source has pruned.',
      default: defaultBrake.prunedBackups,
      examples: [300],
    }),
  })
  .meta({
    description:
      'The most deletes that are carried out for one cluster in one batch of events or one reconcile; the others are reported, and wait for an operator.',
    examples: [{ deletes: 30 }],
  });

const clusterGlob = z
  .string()
  .regex(/^[A-Za-z0-9._/*?-]{1,253}$/, {
    error: 'is no glob of cluster names; only * and ? have a meaning beside the signs of a name',
  })
  .meta({ examples: ['*.k8s.example.com'] });

/** One entry of `routes`. */
export const routeSchema = z
  .strictObject({
    name: nameSchema.meta({ description: 'The name of the route in logs, reports and queues.', examples: ['prod'] }),
    from: nameSchema.meta({ description: 'The store that is read, by its name under stores.', examples: ['prod'] }),
    clusters: z
      .array(clusterGlob)
      .min(1)
      .exactOptional()
      .meta({
        description:
          'The clusters that are carried, by globs: * stands for any signs, dots and slashes too, ? for one. A lone * also carries what belongs to no cluster.',
        default: defaultClusters,
        examples: [['*.k8s.example.com']],
      }),
    gate: z
      .enum(gateModes)
      .exactOptional()
      .meta({
        description:
          "What becomes of a cluster's configuration (config and instance groups) that kOps would refuse: enforce keeps it away from the replicas until it is mended at the source, warn copies it and tells of it, off copies it without having judged it.",
        default: defaultGate,
        examples: ['enforce'],
      }),
    brake: brakeSchema.exactOptional(),
    to: z
      .array(destinationSchema)
      .min(1)
      .max(16)
      .meta({ description: 'The destinations, each with its own policy.', examples: [[{ store: 'replica' }]] }),
  })
  .meta({
    description: 'A source store, and the destinations that are kept equal to it.',
    examples: [{ name: 'prod', from: 'prod', to: [{ store: 'replica' }] }],
  });

/** The whole file. */
export const configSchema = z
  .strictObject({
    version: z.literal(1).meta({ description: 'The version of the format of this file.', examples: [1] }),
    control: z
      .string()
      .refine((text) => whyNotControl(text) === undefined, { error: ({ input }) => whyNotControl(`${input}`) })
      .exactOptional()
      .meta({
        description:
          'Where the project keeps its own objects, such as leases and findings: a URL, or the name of a store that no route reads or writes. Needed for validate, and where a route writes a store that lacks conditional writes or deletes; the store must have them, and is as secret as the others.',
        examples: ['s3://acme-statesync-control'],
      }),
    stores: z.record(nameSchema, storeSchema).meta({
      description: 'The stores that routes and commands speak of, by name.',
      examples: [{ prod: { url: 's3://acme-kops-state' } }],
    }),
    routes: z
      .array(routeSchema)
      .max(100)
      .exactOptional()
      .meta({
        description: 'What is replicated where.',
        default: [],
        examples: [[{ name: 'prod', from: 'prod', to: [{ store: 'replica' }] }]],
      }),
    validate: validateSchema.exactOptional(),
    waivers: z
      .array(waiverSchema)
      .max(1_000)
      .exactOptional()
      .meta({
        description:
          'What validation finds and is accepted for a time: such findings count for no exit code, no gate and no alarm.',
        default: [],
        examples: [[{ rule: 'ETCD-MEMBER-COUNT', reason: 'A cluster for experiments.', expires: '2026-12-31' }]],
      }),
  })
  .meta({ examples: [{ version: 1, stores: { prod: { url: 's3://acme-kops-state' } } }] });

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** The configuration file as it was written: what is not said is absent. `resolveConfig` fills it in. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;
export type StoreEntry = Config['stores'][string];
export type DestinationEntry = DeepReadonly<z.output<typeof destinationSchema>>;
