import { z } from 'zod';
import { absolutePath } from './reference.ts';

const provider = '//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/aws/providers/aws';
const account = 'statesync@acme-prod.iam.gserviceaccount.com';

const workloadIdentity = z
  .strictObject({
    audience: z
      .string()
      .regex(
        /^\/\/iam\.googleapis\.com\/projects\/\d+\/locations\/global\/workloadIdentityPools\/[\w-]+\/providers\/[\w-]+$/,
        {
          error: `is no provider of a workload identity pool; write it like ${provider}`,
        },
      )
      .meta({
        description: 'The provider of the workload identity pool that trusts the AWS account.',
        examples: [provider],
      }),
    serviceAccount: z
      .string()
      .regex(/^[^@\s]+@[a-z0-9.-]+$/, { error: `is no service account; write it like ${account}` })
      .exactOptional()
      .meta({
        description: 'The service account to act as. Left out: the federated identity itself.',
        examples: [account],
      }),
  })
  .meta({
    description:
      'Google Cloud Storage: AWS credentials are exchanged for those of Google, and no key is kept anywhere.',
    examples: [{ audience: provider, serviceAccount: account }],
  });

/** The ways to sign in at Google Cloud Storage. */
export const gcsCredentials = z.union(
  [
    z.strictObject({
      credentialsFile: absolutePath(
        "Google Cloud Storage: a JSON file that Google's libraries read: a service account's key, an external account, an authorized user.",
        '/run/secrets/gcs.json',
      ),
    }),
    z.strictObject({ workloadIdentity }),
  ],
  { error: 'says no way to sign in at Google Cloud Storage; expected credentialsFile or workloadIdentity' },
);
