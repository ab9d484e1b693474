import { z } from 'zod';
import { azureCredentials } from './azure.ts';
import { gcsCredentials } from './gcs.ts';
import { kubernetesCredentials } from './kubernetes.ts';
import { ossCredentials } from './oss.ts';
import { flavourCredentials, s3Credentials } from './s3.ts';
import { swiftCredentials } from './swift.ts';
import { vaultCredentials } from './vault.ts';

const ofScheme: Readonly<Record<string, z.ZodType>> = {
  s3: s3Credentials,
  do: flavourCredentials,
  linode: flavourCredentials,
  hos: flavourCredentials,
  scw: flavourCredentials,
  gs: gcsCredentials,
  swift: swiftCredentials,
  oss: ossCredentials,
  vault: vaultCredentials,
  k8s: kubernetesCredentials,
  azureblob: azureCredentials,
};

/** The ways to sign in at stores of a scheme; undefined where there are none, or the scheme is unknown. */
export function credentialsOfScheme(scheme: string): z.ZodType | undefined {
  return Object.hasOwn(ofScheme, scheme) ? ofScheme[scheme] : undefined;
}

/** The ways to sign in at any store: which of them an entry may use follows from its URL. */
export const anyCredentials = z
  .union(
    [
      ...s3Credentials.options,
      ...gcsCredentials.options,
      ...swiftCredentials.options,
      ...ossCredentials.options,
      ...vaultCredentials.options,
      ...kubernetesCredentials.options,
      ...azureCredentials.options,
    ],
    { error: 'says no way to sign in; which there are depends on the scheme of the url' },
  )
  .meta({
    description:
      'How to sign in, in one of the ways of its kind of store. Left out: what the tools of that store take from the environment; for S3 the default chain of the AWS SDK, and at an endpoint S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.',
    examples: [{ profile: 'kops-replica' }],
  });

/** The names of all fields that credentials have. */
export const credentialsFields: ReadonlySet<string> = new Set(
  anyCredentials.options.flatMap((form) => Object.keys(form.shape)),
);
