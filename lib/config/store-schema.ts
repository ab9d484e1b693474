import { z } from 'zod';
import { knownSchemes } from '../vfs/open.ts';
import { whyNotEndpoint, whyNotStoreUrl } from './store-url-rules.ts';

// A schema's own error text completes the sentence that begins with the field's name.

const namePattern = /^[a-z][a-z0-9-]{0,31}$/;
const nameRule = 'is no name; expected 1 to 32 of a–z, 0–9 and "-", beginning with a letter';

/** The name of a store or a route: short enough for the names of queues and functions that are made of it. */
export const nameSchema = z.string().regex(namePattern, { error: nameRule });
const variablePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

const secretReference = z
  .union(
    [
      z.strictObject({
        env: z
          .string()
          .regex(variablePattern, { error: 'is no name of an environment variable; write it like OFFSITE_SECRET_KEY' })
          .meta({
            description: 'The name of an environment variable that holds it.',
            examples: ['OFFSITE_SECRET_KEY'],
          }),
      }),
      z.strictObject({
        file: z
          .string()
          .regex(/^\//, { error: 'is no absolute path; write it like /run/secrets/offsite-key' })
          .meta({
            description: 'The absolute path of a file that holds nothing else. White space around it is dropped.',
            examples: ['/run/secrets/offsite-key'],
          }),
      }),
    ],
    {
      error:
        'is no reference; a secret never stands in this file, say where it is found: { env: NAME } or { file: /path }',
    },
  )
  .meta({
    description: 'Where a secret is found, never the secret itself.',
    examples: [{ env: 'OFFSITE_SECRET_KEY' }],
  });

const profileCredentials = z.strictObject({
  profile: z
    .string()
    .regex(/^\S/, { error: 'is no name of a profile; write it like kops-replica' })
    .meta({ description: 'A profile of the shared AWS configuration files.', examples: ['kops-replica'] }),
});

const roleCredentials = z.strictObject({
  role: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, {
      error: 'is no ARN of a role; write it like arn:aws:iam::222222222222:role/statesync',
    })
    .meta({
      description: 'The ARN of a role to assume with the credentials of the default chain.',
      examples: ['arn:aws:iam::222222222222:role/statesync'],
    }),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, {
      error: 'is no external id; expected 2 to 1224 letters, digits and signs of _+=,.@:/-',
    })
    .exactOptional()
    .meta({ description: 'The external id that the trust policy of the role asks for.', examples: ['acme-replica'] }),
});

const keyCredentials = z.strictObject({
  accessKeyId: secretReference.meta({ description: 'Where the access key id is found.' }),
  secretAccessKey: secretReference.meta({ description: 'Where the secret access key is found.' }),
  sessionToken: secretReference
    .exactOptional()
    .meta({ description: 'Where the session token of temporary keys is found.' }),
});

const credentials = z
  .union([profileCredentials, roleCredentials, keyCredentials], {
    error: 'says no way to sign in; expected profile, role, or accessKeyId with secretAccessKey',
  })
  .meta({
    description:
      'How to sign in: a profile, a role, or keys by reference. Left out: the default chain of the AWS SDK; at an endpoint S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.',
    examples: [{ profile: 'kops-replica' }],
  });

/** One entry of `stores`. */
export const storeSchema = z
  .strictObject({
    url: z
      .string()
      .refine((text) => whyNotStoreUrl(text) === undefined, { error: ({ input }) => whyNotStoreUrl(`${input}`) })
      .meta({
        description: 'Where the store is: s3://bucket/prefix, file:///directory or memfs://name/prefix.',
        examples: ['s3://acme-kops-state'],
        pattern: `^(${knownSchemes.join('|')})://`,
      }),
    region: z
      .string()
      .regex(/^[a-z0-9-]+$/, { error: 'is no region; write it like eu-west-1' })
      .exactOptional()
      .meta({
        description:
          'The region of the bucket. Left out: asked of the bucket; at an endpoint S3_REGION, or us-east-1 where that is not set.',
        examples: ['eu-west-1'],
      }),
    endpoint: z
      .string()
      .refine((text) => whyNotEndpoint(text) === undefined, { error: ({ input }) => whyNotEndpoint(`${input}`) })
      .exactOptional()
      .meta({
        description:
          'The host and port of an S3-compatible store. Left out: S3_ENDPOINT, or AWS where that is not set.',
        examples: ['https://s3.example.com'],
        pattern: '^https?://',
      }),
    pathStyle: z
      .boolean()
      .exactOptional()
      .meta({
        description:
          'Puts the bucket into the path instead of the host name. Left out: true at an endpoint, false at AWS.',
        examples: [true],
      }),
    account: z
      .string()
      .regex(/^\d{12}$/, { error: 'is no account; expected twelve digits in quotes' })
      .exactOptional()
      .meta({
        description: 'The AWS account that must own the bucket; requests to a bucket of another owner then fail.',
        examples: ['111111111111'],
      }),
    credentials: credentials.exactOptional(),
  })
  .meta({
    description: 'One place that holds state.',
    examples: [{ url: 's3://acme-kops-state', region: 'eu-west-1' }],
  });
