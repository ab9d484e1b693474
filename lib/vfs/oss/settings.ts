import type { Capabilities } from '../capabilities.ts';
import { parseEndpoint } from '../endpoint.ts';
import { type Environment, given } from '../environment.ts';
import { VfsError } from '../errors.ts';
import { credentialsOf } from '../store-credentials.ts';
import type { OssCredentials, StoreDefinition } from '../store-definition.ts';
import { formatStoreUrl, parseStoreUrl } from '../store-url.ts';
import { parseRegion, regionOfEndpoint, requireBucketName } from './address.ts';
import { ossCapabilities } from './capabilities.ts';

/** Where the keys of a bucket come from: what its definition says, or the machine's or function's own role. */
export type SignIn = OssCredentials | { readonly role: 'of the machine' };

/** All that is decided about a bucket before the first request. */
export interface OssSettings {
  readonly bucket: string;
  /** `oss://bucket`. */
  readonly url: string;
  /** Absent: the region's own address. */
  readonly endpoint?: string;
  /** `cn-hangzhou`. Absent: the region of the machine, which its metadata server tells. */
  readonly region?: string;
  /** Whether the region is reached at its address inside Alibaba Cloud's network. */
  readonly internal: boolean;
  readonly signIn: SignIn;
  readonly capabilities: Capabilities;
}

/**
 * Decides everything about a bucket from its definition and the environment.
 *
 * Variables and messages are those of kOps 1.23 (`util/pkg/vfs/osscontext.go`): `OSS_REGION`, else the region of the machine;
 * `ALIYUN_ACCESS_KEY_ID` with `ALIYUN_ACCESS_KEY_SECRET`, else the RAM role of the machine; `ALIYUN_OSS_INTERNAL`, any value, for
 * the address inside Alibaba Cloud's network. Always TLS, unless the definition has an endpoint that begins with `http://`. What
 * the definition says wins.
 *
 * Throws `InvalidArgument` for a malformed bucket, region or endpoint, and `Unauthenticated` for an access key without its secret.
 */
export function ossSettings(definition: StoreDefinition, environment: Environment): OssSettings {
  const { root: bucket } = parseStoreUrl(definition.url);
  const url = formatStoreUrl({ scheme: 'oss', root: bucket, prefix: '' });
  requireBucketName(bucket, url);
  const endpoint = definition.endpoint === undefined ? undefined : parseEndpoint(definition.endpoint, url);
  const region = regionOf(definition, endpoint, environment, url);
  return {
    bucket,
    url,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    internal: given(environment, 'ALIYUN_OSS_INTERNAL') !== undefined,
    signIn: credentialsOf<OssCredentials>(definition, ['accessKeySecret', 'ramRole']) ?? signInOf(environment, url),
    capabilities: ossCapabilities(definition.capabilities),
  };
}

function regionOf(
  definition: StoreDefinition,
  endpoint: string | undefined,
  environment: Environment,
  target: string,
): string | undefined {
  if (definition.region !== undefined) {
    return parseRegion(definition.region, '"region"', target);
  }
  const named = endpoint === undefined ? undefined : regionOfEndpoint(endpoint);
  const variable = given(environment, 'OSS_REGION');
  return named ?? (variable === undefined ? undefined : parseRegion(variable, 'OSS_REGION', target));
}

function signInOf(environment: Environment, target: string): SignIn {
  if (given(environment, 'ALIYUN_ACCESS_KEY_ID') === undefined) {
    return { role: 'of the machine' };
  }
  if (given(environment, 'ALIYUN_ACCESS_KEY_SECRET') === undefined) {
    const reason = 'error building aliyun oss client: ALIYUN_ACCESS_KEY_SECRET cannot be empty';
    throw new VfsError({ code: 'Unauthenticated', operation: 'open', target, reason });
  }
  return { accessKeyId: { env: 'ALIYUN_ACCESS_KEY_ID' }, accessKeySecret: { env: 'ALIYUN_ACCESS_KEY_SECRET' } };
}
