import { changeConditions } from './coordination.ts';
import { isAmazonEndpoint, originOf } from './endpoint.ts';
import { type Environment, given } from './environment.ts';
import { s3Schemes } from './schemes.ts';
import type { StoreDefinition } from './store-definition.ts';
import { parseStoreUrl } from './store-url.ts';

/**
 * Whether only a probe tells which conditions a store honours: one that is only like Amazon S3 may accept and ignore them, and a bucket of OSS
 * refuses to create under one where it keeps versions. Not where the entry of the store says it: by `{}`, or by one of the three conditions of
 * changes; limits alone say nothing of them.
 */
export function isUnproven(definition: StoreDefinition, environment: Environment): boolean {
  return (
    !wasProbed(definition) && (parseStoreUrl(definition.url).scheme === 'oss' || isOnlyLikeS3(definition, environment))
  );
}

function wasProbed({ capabilities }: StoreDefinition): boolean {
  if (capabilities === undefined) {
    return false;
  }
  return Object.keys(capabilities).length === 0 || changeConditions.some((name) => capabilities[name] !== undefined);
}

/**
 * Whether a store is compatible with Amazon S3, and not Amazon's: as the driver has it, for which `AWS_ENDPOINT_URL` moves Amazon S3 itself. A malformed
 * endpoint, which is refused when the store is opened, is nobody's.
 */
export function isOnlyLikeS3(
  { url, endpoint }: Pick<StoreDefinition, 'url' | 'endpoint'>,
  environment: Environment,
): boolean {
  const { scheme } = parseStoreUrl(url);
  const address = endpoint ?? given(environment, 'S3_ENDPOINT');
  if (scheme !== 's3' || address === undefined) {
    return scheme !== 's3' && s3Schemes.has(scheme);
  }
  const origin = originOf(address);
  return origin === undefined || !isAmazonEndpoint(origin);
}
