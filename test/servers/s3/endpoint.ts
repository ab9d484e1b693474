/** An S3 that runs somewhere, and keys that may do everything there. */
export interface S3Endpoint {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** @default us-east-1 */
  readonly region?: string;
  /** A bucket to work in, under a prefix. @default new buckets */
  readonly bucket?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables by which a user names an S3 to test against, and by which tests are told of it. */
export const endpointVariables = {
  endpoint: 'STATESYNC_TEST_S3_ENDPOINT',
  accessKeyId: 'STATESYNC_TEST_S3_ACCESS_KEY_ID',
  secretAccessKey: 'STATESYNC_TEST_S3_SECRET_ACCESS_KEY',
  region: 'STATESYNC_TEST_S3_REGION',
  bucket: 'STATESYNC_TEST_S3_BUCKET',
} as const;

/** The S3 that the environment names. Throws with the name of the variable that is missing. */
export function s3EndpointOf(environment: Environment): S3Endpoint {
  const of = (field: keyof typeof endpointVariables) => environment[endpointVariables[field]] || undefined;
  const needed = (field: keyof typeof endpointVariables) => {
    const value = of(field);
    if (value === undefined) {
      const all = [endpointVariables.endpoint, endpointVariables.accessKeyId, endpointVariables.secretAccessKey];
      throw new Error(`${endpointVariables[field]} is not set; an S3 to test against is named by ${all.join(', ')}`);
    }
    return value;
  };
  const [region, bucket] = [of('region'), of('bucket')];
  return {
    endpoint: needed('endpoint'),
    accessKeyId: needed('accessKeyId'),
    secretAccessKey: needed('secretAccessKey'),
    ...(region === undefined ? {} : { region }),
    ...(bucket === undefined ? {} : { bucket }),
  };
}

/** The same as variables, for the tests of one server. */
export function variablesOf(endpoint: S3Endpoint): Readonly<Record<string, string>> {
  const fields = Object.keys(endpointVariables) as (keyof typeof endpointVariables)[];
  return Object.fromEntries(fields.map((field) => [endpointVariables[field], endpoint[field] ?? '']));
}
