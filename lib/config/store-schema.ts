import { z } from 'zod';
import { knownSchemes } from '../vfs/open.ts';
import { capabilitiesSchema } from './capabilities-schema.ts';
import { anyCredentials } from './credentials/kinds.ts';
import { absolutePath } from './credentials/reference.ts';
import { whyNotEndpoint, whyNotStoreUrl } from './store-url-rules.ts';

// A schema's own error text completes the sentence that begins with the field's name.

/** What the name of a store or a route is made of. */
export const namePattern = /^[a-z][a-z0-9-]{0,31}$/;
const nameRule = 'is no name; expected 1 to 32 of a–z, 0–9 and "-", beginning with a letter';

/** The name of a store or a route: short enough for the names of queues and functions that are made of it. */
export const nameSchema = z.string().regex(namePattern, { error: nameRule });

const url = z
  .string()
  .refine((text) => whyNotStoreUrl(text) === undefined, { error: ({ input }) => whyNotStoreUrl(`${input}`) })
  .meta({
    description:
      'Where the store is: s3://bucket/prefix, and so for do, linode, hos, scw, gs, swift and oss; azureblob://account/container/prefix, vault://host[:port]/mount/path, k8s://[context]/[namespace]/prefix, file:///directory, memfs://name/prefix.',
    examples: ['s3://acme-kops-state'],
    pattern: `^(${knownSchemes.toSorted().join('|')})://`,
  });

const region = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: 'is no region; write it like eu-west-1' })
  .meta({
    description:
      'The region of the bucket; for Swift, that of the service in the catalogue; for Vault, that of the AWS token service to sign in with. Left out: asked of the bucket (S3), S3_REGION or us-east-1 (at an endpoint), OS_REGION_NAME (Swift), OSS_REGION (OSS).',
    examples: ['eu-west-1'],
  });

const endpoint = z
  .string()
  .refine((text) => whyNotEndpoint(text) === undefined, { error: ({ input }) => whyNotEndpoint(`${input}`) })
  .meta({
    description:
      "Where the service is reached, when it is not the vendor's own address. Left out: S3_ENDPOINT (S3, and do, linode, hos, scw, which cannot do without one), or the vendor's own.",
    examples: ['https://s3.example.com'],
    pattern: '^https?://',
  });

/** One entry of `stores`. Which fields and which credentials it may have follows from the scheme of its URL. */
export const storeSchema = z
  .strictObject({
    url,
    region: region.exactOptional(),
    endpoint: endpoint.exactOptional(),
    pathStyle: z
      .boolean()
      .exactOptional()
      .meta({
        description:
          'S3, Azure: puts the bucket or the account into the path instead of the host name. Left out: true at an endpoint of S3 and at an address without a name, else false.',
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
    namespace: z
      .string()
      .regex(/^[\w.-]+(?:\/[\w.-]+)*$/, { error: 'is no namespace of Vault; write it like team-a/prod' })
      .exactOptional()
      .meta({ description: 'Vault: the namespace. Left out: VAULT_NAMESPACE.', examples: ['team-a/prod'] }),
    caCert: absolutePath(
      'Vault, Swift, Azure: the path of a file with the certificates to trust. Left out: VAULT_CACERT (Vault), OS_CACERT (Swift).',
      '/etc/ssl/acme-ca.pem',
    ).exactOptional(),
    credentials: anyCredentials.exactOptional(),
    capabilities: capabilitiesSchema.exactOptional(),
  })
  .meta({
    description: 'One place that holds state.',
    examples: [{ url: 's3://acme-kops-state', region: 'eu-west-1' }],
  });
