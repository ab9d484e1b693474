import { z } from 'zod';
import { plainText, secretReference } from './reference.ts';

const authUrl = z
  .string()
  .regex(/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#@]*)?$/, {
    error: 'is no address of Keystone; write it like https://keystone.example.com:5000/v3',
  })
  .meta({ description: 'Swift: the address of Keystone.', examples: ['https://keystone.example.com:5000/v3'] });

const cloud = z.strictObject({
  cloud: plainText('name of a cloud', 'Swift: an entry of clouds.yaml.', 'acme'),
});

const applicationCredential = z.strictObject({
  authUrl,
  applicationCredentialId: plainText(
    'id of an application credential',
    'Swift: the id of an application credential.',
    '21dced0fd20347869b93710d2b98aae0',
  ),
  applicationCredentialSecret: secretReference.meta({
    description: 'Swift: where the secret of the application credential is found.',
  }),
});

const password = z.strictObject({
  authUrl,
  username: plainText('name of a user', 'Swift: the name of the user.', 'statesync'),
  userDomain: plainText('name of a domain', 'Swift: the name of the domain of the user.', 'Default'),
  password: secretReference.meta({ description: 'Swift: where the password is found.' }),
  project: plainText('name of a project', 'Swift: the name of the project that has the container.', 'kops'),
  projectDomain: plainText('name of a domain', 'Swift: the name of the domain of the project.', 'Default'),
});

/** The ways to sign in at Keystone, for Swift. */
export const swiftCredentials = z.union([cloud, applicationCredential, password], {
  error:
    'says no way to sign in at Swift; expected cloud, or authUrl with applicationCredentialId and applicationCredentialSecret, or authUrl with username, userDomain, password, project and projectDomain',
});
