import { SQSClient } from '@aws-sdk/client-sqs';
import type { Identity } from '../../../lib/local-cloud/identity.ts';

/** An official client that speaks for the identity, without retries. */
export function clientOf(endpoint: string, identity: Identity, region = 'eu-west-1'): SQSClient {
  return new SQSClient({ endpoint, region, credentials: identity, maxAttempts: 1 });
}
