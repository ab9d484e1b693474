import type { Capabilities } from './capabilities.ts';

/** Where a secret is found; never the secret itself. */
export type SecretReference =
  /** The name of an environment variable. */
  | { readonly env: string }
  /** The path of a file that holds nothing else; white space around it is dropped. */
  | { readonly file: string };

/** How to sign in at S3. */
export type S3Credentials =
  /** A profile of the shared AWS configuration files. */
  | { readonly profile: string }
  /** A role to assume with the credentials of the default chain. */
  | { readonly role: string; readonly externalId?: string }
  /** Keys, by reference. */
  | {
      readonly accessKeyId: SecretReference;
      readonly secretAccessKey: SecretReference;
      readonly sessionToken?: SecretReference;
    };

/** A store, as a bare URL or an entry of the configuration file names it. What it says wins over the environment. */
export interface StoreDefinition {
  /** `s3://bucket/prefix`, `file:///path`, `memfs://name/prefix`. */
  readonly url: string;
  readonly region?: string;
  /** `https://host[:port]` of an S3-compatible store. */
  readonly endpoint?: string;
  /** Bucket in the path instead of the host name. @default true where an endpoint is set */
  readonly pathStyle?: boolean;
  /**
   * Twelve-digit id of the AWS account that must own the bucket; every request then fails on another owner's bucket.
   */
  readonly account?: string;
  readonly credentials?: S3Credentials;
  /** What a probe found the store not to honour; switches those capabilities off. */
  readonly capabilities?: Partial<Capabilities>;
}
