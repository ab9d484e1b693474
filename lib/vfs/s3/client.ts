import { S3Client } from '@aws-sdk/client-s3';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { silent } from '../aws/quiet-sdk.ts';
import type { KeysProvider } from './credentials.ts';
import type { S3Settings } from './settings.ts';

/**
 * A client of the bucket's region: one attempt a call, no checksums but those that the driver states, no redirects, no output.
 *
 * `Expect: 100-continue` is off, because the SDK then opens a new connection for every such request.
 */
export function createClient(
  settings: S3Settings,
  region: string,
  credentials: KeysProvider,
  requestHandler: NodeHttpHandler,
): S3Client {
  return new S3Client({
    region,
    credentials,
    requestHandler,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    forcePathStyle: settings.pathStyle,
    useDualstackEndpoint: settings.dualStack,
    followRegionRedirects: false,
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    logger: silent,
  });
}
