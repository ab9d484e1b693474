import { z } from 'zod';

const day = /^\d{4}-\d{2}-\d{2}$/;

function whyNoDay(text: string): string | undefined {
  const isDay = day.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
  return isDay ? undefined : 'is no day; write it like 2026-12-31';
}

const glob = z.string().min(1).max(1_024);

/** One entry of `waivers`. */
export const waiverSchema = z
  .strictObject({
    rule: z
      .string()
      .regex(/^[A-Z0-9]+(?:-[A-Z0-9]+)+$/, { error: 'is no id of a rule; statesync explain lists them' })
      .meta({
        description: 'The rule whose findings are accepted: statesync explain lists them.',
        examples: ['ETCD-MEMBER-COUNT'],
      }),
    cluster: glob.exactOptional().meta({
      description: 'Only in clusters that this glob fits. Left out: in all.',
      examples: ['*.test.example.com'],
    }),
    file: glob.exactOptional().meta({
      description:
        'Only in files that this glob fits: a path as it is given to validate, or the key in a store. Left out: in all.',
      examples: ['k8s.example.com/instancegroup/*'],
    }),
    pointer: z
      .string()
      .regex(/^\//, { error: 'is no JSON pointer; findings in JSON have theirs, such as /spec/etcdClusters/0' })
      .exactOptional()
      .meta({
        description:
          'Only of this field and what lies in it, as a JSON pointer by the names of the file. Left out: of any.',
        examples: ['/spec/etcdClusters/0'],
      }),
    object: z
      .string()
      .regex(/^(?:Cluster|InstanceGroup|Keyset|SSHCredential|\*)\/./, {
        error: 'is no object; write it like InstanceGroup/nodes, where the name may be a glob',
      })
      .exactOptional()
      .meta({
        description: 'Only of this object: its kind and name, where the name may be a glob. Left out: of any.',
        examples: ['InstanceGroup/nodes'],
      }),
    reason: z
      .string()
      .regex(/\S/, { error: 'is empty; say why this is accepted, for whoever finds it later' })
      .max(1_000)
      .meta({
        description: 'Why it is accepted.',
        examples: ['A cluster for experiments, which may lose its etcd.'],
      }),
    expires: z
      .string()
      .refine((text) => whyNoDay(text) === undefined, { error: ({ input }) => whyNoDay(`${input}`) })
      .meta({
        description: 'The last day on which it is accepted, in UTC. From the next day on it counts again.',
        examples: ['2026-12-31'],
        pattern: day.source,
      }),
  })
  .meta({
    description: 'Findings of one rule that are accepted for a time.',
    examples: [
      {
        rule: 'ETCD-MEMBER-COUNT',
        cluster: '*.test.example.com',
        reason: 'A cluster for experiments, which may lose its etcd.',
        expires: '2026-12-31',
      },
    ],
  });
