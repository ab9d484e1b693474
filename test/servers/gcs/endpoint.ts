/** A Google Cloud Storage that runs somewhere. Tokens come from the application default credentials of whoever runs the tests. */
export interface GcsEndpoint {
  readonly endpoint: string;
  /** A bucket to work in, under a prefix. @default new buckets */
  readonly bucket?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables by which a user names one to test against, and by which tests are told of it. */
export const endpointVariables = {
  endpoint: 'STATESYNC_TEST_GCS_ENDPOINT',
  bucket: 'STATESYNC_TEST_GCS_BUCKET',
} as const;

/** The one that the environment names. Throws with the name of the variable that is missing. */
export function gcsEndpointOf(environment: Environment): GcsEndpoint {
  const { [endpointVariables.endpoint]: endpoint, [endpointVariables.bucket]: bucket } = environment;
  if (!endpoint) {
    throw new Error(`${endpointVariables.endpoint} is not set; it names the Google Cloud Storage to test against`);
  }
  return { endpoint, ...(bucket && { bucket }) };
}

/** The same as variables, for the tests of one server. */
export function variablesOf({ endpoint, bucket = '' }: GcsEndpoint): Readonly<Record<string, string>> {
  return { [endpointVariables.endpoint]: endpoint, [endpointVariables.bucket]: bucket };
}
