import { z } from 'zod';
import { plainText, secretReference } from './reference.ts';

const exampleId = '00000000-1111-2222-3333-444444444444';

function clientId(description: string) {
  return z
    .string()
    .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { error: `is no client id; write it like ${exampleId}` })
    .meta({ description, examples: [exampleId] });
}

/** The ways to sign in at Azure Blob Storage. */
export const azureCredentials = z.union(
  [
    z.strictObject({
      tenantId: plainText('tenant', 'Azure: the id or the domain of the tenant.', exampleId),
      clientId: clientId('Azure: the client id of the service principal.'),
      clientSecret: secretReference.meta({ description: 'Azure: where the secret of the service principal is found.' }),
    }),
    z.strictObject({ managedIdentity: clientId('Azure: the client id of a managed identity.') }),
    z.strictObject({
      accountKey: secretReference.meta({ description: 'Azure: where a shared key of the storage account is found.' }),
    }),
  ],
  {
    error:
      'says no way to sign in at Azure; expected tenantId with clientId and clientSecret, or managedIdentity, or accountKey',
  },
);
