import { z } from 'zod';
import { accessKeyId, plainText, secretReference } from './reference.ts';

/** The ways to sign in at Alibaba Cloud OSS. */
export const ossCredentials = z.union(
  [
    z.strictObject({
      accessKeyId,
      accessKeySecret: secretReference.meta({ description: 'OSS: where the access key secret is found.' }),
      securityToken: secretReference
        .exactOptional()
        .meta({ description: 'OSS: where the security token of temporary keys is found.' }),
    }),
    z.strictObject({
      ramRole: plainText(
        'name of a RAM role',
        'OSS: the RAM role of the machine or function that this runs on.',
        'kops-statesync',
      ),
    }),
  ],
  { error: 'says no way to sign in at OSS; expected accessKeyId with accessKeySecret, or ramRole' },
);
