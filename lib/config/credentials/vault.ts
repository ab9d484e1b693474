import { z } from 'zod';
import { plainText, secretReference } from './reference.ts';

/** The ways to sign in at Vault. */
export const vaultCredentials = z.union(
  [
    z.strictObject({ token: secretReference.meta({ description: 'Vault: where the token is found.' }) }),
    z.strictObject({
      awsRole: z
        .string()
        .regex(/^[\w.-]*$/, { error: 'is no role of Vault; write it like masters.k8s.example.com, or "" for none' })
        .meta({
          description:
            'Vault: the role of the AWS IAM login; empty for the one that is named like the IAM role or user, as kOps has it.',
          examples: ['masters.k8s.example.com'],
        }),
      authMount: z
        .string()
        .regex(/^[\w.-]+(?:\/[\w.-]+)*$/, { error: 'is no path of an auth method; write it like aws' })
        .exactOptional()
        .meta({
          description: 'Vault: where the AWS auth method is mounted, below auth/.',
          default: 'aws',
          examples: ['aws-prod'],
        }),
      serverId: plainText(
        'server id',
        'Vault: the value of X-Vault-AWS-IAM-Server-ID. Left out: the host of the URL, as kOps has it.',
        'vault.example.com',
      ).exactOptional(),
    }),
  ],
  { error: 'says no way to sign in at Vault; expected token or awsRole' },
);
