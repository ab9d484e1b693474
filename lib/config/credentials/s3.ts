import { z } from 'zod';
import { accessKeyId, plainText, secretReference } from './reference.ts';

const profile = z.strictObject({
  profile: plainText('name of a profile', 'S3: a profile of the shared AWS configuration files.', 'kops-replica'),
});

const role = z.strictObject({
  role: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, {
      error: 'is no ARN of a role; write it like arn:aws:iam::222222222222:role/statesync',
    })
    .meta({
      description: 'S3: the ARN of a role to assume with the credentials of the default chain.',
      examples: ['arn:aws:iam::222222222222:role/statesync'],
    }),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, {
      error: 'is no external id; expected 2 to 1224 letters, digits and signs of _+=,.@:/-',
    })
    .exactOptional()
    .meta({
      description: 'S3: the external id that the trust policy of the role asks for.',
      examples: ['acme-replica'],
    }),
});

const keys = z.strictObject({
  accessKeyId,
  secretAccessKey: secretReference.meta({ description: 'S3: where the secret access key is found.' }),
  sessionToken: secretReference
    .exactOptional()
    .meta({ description: 'S3: where the session token of temporary keys is found.' }),
});

/** The ways to sign in at Amazon S3, or a store that is compatible with it. */
export const s3Credentials = z.union([profile, role, keys], {
  error: 'says no way to sign in at S3; expected profile, role, or accessKeyId with secretAccessKey',
});

/** The ways to sign in at a flavour of S3: AWS's roles mean nothing there. */
export const flavourCredentials = z.union([keys, profile], {
  error: 'says no way to sign in at this store; expected accessKeyId with secretAccessKey, or profile',
});
