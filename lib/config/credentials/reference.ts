import { z } from 'zod';

// A schema's own error text completes the sentence that begins with the field's name.

const variablePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Where a secret is found. */
export const secretReference = z
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

/** Where an access key id is found. */
export const accessKeyId = secretReference.meta({ description: 'S3, OSS: where the access key id is found.' });

/** The path of a file on the machine that opens the store. */
export function absolutePath(description: string, example: string) {
  return z
    .string()
    .regex(/^\/\S/, { error: `is no absolute path; write it like ${example}` })
    .meta({ description, examples: [example] });
}

/** A text that is not empty and does not begin or end with white space. */
export function plainText(what: string, description: string, example: string) {
  return z
    .string()
    .regex(/^\S(?:.*\S)?$/, { error: `is no ${what}; write it like ${example}` })
    .meta({ description, examples: [example] });
}
