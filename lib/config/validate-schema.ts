import { z } from 'zod';
import { secretReference } from './credentials/reference.ts';
import { defaultSettle } from './defaults.ts';

// A schema's own error text completes the sentence that begins with the field's name.

/**
 * At least so long and at most, in seconds. Etcd-manager writes a backup of each etcd cluster every 15 minutes, so that a longer time would often
 * not be quiet.
 */
const shortestSettle = 10;
const longestSettle = 300;

const topic = z
  .string()
  .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, {
    error:
      'is no ARN of a standard topic; write it like arn:aws:sns:eu-west-1:111111111111:kops-findings (a FIFO topic will not do)',
  })
  .meta({
    description: 'The ARN of a standard SNS topic.',
    examples: ['arn:aws:sns:eu-west-1:111111111111:kops-findings'],
  });

const bus = z
  .string()
  .regex(/^(?:arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/, {
    error: 'is neither the name nor the ARN of an event bus; write it like default',
  })
  .meta({
    description:
      'The name of an EventBridge bus beside the function, or the ARN of one. Events have the source kops-statesync.',
    examples: ['default'],
  });

const webhook = secretReference.meta({
  description:
    'Where the URL of a webhook is found, which gets each change as JSON by POST. On AWS, { env: NAME } is filled from the secret statesync/NAME of Secrets Manager.',
  examples: [{ env: 'FINDINGS_WEBHOOK' }],
});

/** The field `validate`. */
export const validateSchema = z
  .strictObject({
    settle: z
      .int()
      .min(shortestSettle)
      .max(longestSettle)
      .exactOptional()
      .meta({
        description:
          'For how long nothing below the prefix of a cluster has changed before the cluster is judged, in seconds: so that the middle of a kops command is not.',
        default: defaultSettle,
        examples: [120],
      }),
    notify: z
      .array(
        z.union([z.strictObject({ sns: topic }), z.strictObject({ eventBridge: bus }), z.strictObject({ webhook })], {
          error: 'names nobody to tell; expected sns, eventBridge or webhook',
        }),
      )
      .min(1)
      .max(8)
      .exactOptional()
      .meta({
        description: 'Who is told when the findings of a cluster change: once for each change, at least.',
        default: [],
        examples: [[{ sns: 'arn:aws:sns:eu-west-1:111111111111:kops-findings' }]],
      }),
  })
  .meta({
    description:
      'Judges the clusters that routes carry, whenever they have changed and every 15 minutes. The findings are kept in the control store, which is needed for it. Left out: nothing is judged but by statesync validate, and by the gate of a route.',
    examples: [{ settle: 60 }],
  });
