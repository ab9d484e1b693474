import { isAmazonEndpoint } from '../../lib/vfs/endpoint.ts';
import { endpointVariables, s3EndpointOf } from './s3/endpoint.ts';
import { s3Suites } from './s3-suites.ts';
import { NotHere, type TestServer } from './server.ts';

/** Whatever S3 the environment names. Nothing is known of it but what a probe finds. It is not told by its address, which may be private. */
export const namedS3: TestServer = {
  name: 's3',
  store: 's3://',
  title: `S3 of ${endpointVariables.endpoint}`,
  required: false,
  start: async (tools) => {
    if (!process.env[endpointVariables.endpoint]) {
      throw new NotHere('it names none');
    }
    const endpoint = s3EndpointOf(process.env);
    if (endpoint.bucket === undefined) {
      throw new Error(`${endpointVariables.bucket} is not set; it names the bucket to work in`);
    }
    const version = isAmazonEndpoint(endpoint.endpoint) ? '(Amazon S3)' : '(compatible with S3)';
    return { version, suites: s3Suites(tools, 'named', endpoint) };
  },
};
