import type { Capabilities } from '../capabilities.ts';
import { isAmazonEndpoint, parseEndpoint } from '../endpoint.ts';
import { type Environment, given } from '../environment.ts';
import { VfsError } from '../errors.ts';
import { credentialsOf } from '../store-credentials.ts';
import type { S3Credentials, StoreDefinition } from '../store-definition.ts';
import { formatStoreUrl, parseStoreUrl, quotedUrl } from '../store-url.ts';
import { s3Capabilities } from './capabilities.ts';

/** Where the credentials of a bucket come from. */
export type SignIn = S3Credentials | { readonly chain: 'default' };

/** All that is decided about a bucket before the first request. */
export interface S3Settings {
  readonly bucket: string;
  /** `s3://bucket`, or `do://bucket`: with the scheme by which it was named. */
  readonly url: string;
  /** Amazon S3, as opposed to a store that is compatible with it: decides encryption headers and checksum headers. */
  readonly amazon: boolean;
  /** Absent: the region's own address. */
  readonly endpoint?: string;
  /** Absent: the bucket is asked. */
  readonly region?: string;
  /** Where the question for the region is asked, and where roles are assumed. */
  readonly homeRegion: string;
  readonly pathStyle: boolean;
  readonly dualStack: boolean;
  /** Sent with every request, which then fails on another owner's bucket. */
  readonly account?: string;
  /** Canned ACL of every object written; never of a flavour's. */
  readonly acl?: string;
  readonly signIn: SignIn;
  readonly capabilities: Capabilities;
}

interface Place {
  readonly endpoint?: string;
  readonly amazon: boolean;
  readonly origin: 'definition' | 'S3_ENDPOINT' | 'aws';
}

/**
 * Decides everything about a bucket from its definition and the environment.
 *
 * Variables, precedence and messages are kOps's (`util/pkg/vfs/s3context.go`): `S3_ENDPOINT` switches to a compatible store, and makes
 * `S3_ACCESS_KEY_ID` and `S3_SECRET_ACCESS_KEY` mandatory; `S3_REGION` is its region, `us-east-1` by default; `KOPS_STATE_S3_ACL` is
 * the ACL of all objects; `AWS_REGION` is where the bucket's region is asked for. What the definition says wins. Without
 * an endpoint the dual-stack addresses are used, as in kOps; `AWS_USE_DUALSTACK_ENDPOINT=false` turns them off for
 * networks whose private endpoint serves only the plain names, and `AWS_ENDPOINT_URL_S3`
 * or `AWS_ENDPOINT_URL` puts Amazon's own behaviour at another address.
 *
 * A flavour (`do`, `linode`, `hos`, `scw`: `util/pkg/vfs/context.go`) is always a compatible store, cannot do without an endpoint, and
 * gets no ACL: `KOPS_STATE_S3_ACL` is for buckets that are named `s3://`.
 *
 * Throws `InvalidArgument` for a malformed or missing endpoint and `Unauthenticated` where keys are mandatory and missing.
 */
export function s3Settings(definition: StoreDefinition, environment: Environment): S3Settings {
  const { scheme, root: bucket } = parseStoreUrl(definition.url);
  const url = formatStoreUrl({ scheme, root: bucket, prefix: '' });
  const place = scheme === 's3' ? placeOf(definition, environment, url) : flavourPlace(definition, environment, url);
  const region = definition.region ?? regionOf(place, environment);
  const acl = scheme === 's3' ? given(environment, 'KOPS_STATE_S3_ACL')?.trim() : undefined;
  return {
    bucket,
    url,
    amazon: place.amazon,
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
    ...(region === undefined ? {} : { region }),
    homeRegion: given(environment, 'AWS_REGION') ?? definition.region ?? 'us-east-1',
    pathStyle: definition.pathStyle ?? place.endpoint !== undefined,
    dualStack: place.endpoint === undefined && given(environment, 'AWS_USE_DUALSTACK_ENDPOINT') !== 'false',
    ...(definition.account === undefined ? {} : { account: definition.account }),
    ...(acl === undefined || acl === '' ? {} : { acl }),
    signIn:
      credentialsOf<S3Credentials>(definition, ['profile', 'role', 'secretAccessKey']) ??
      signInOf(place, environment, url),
    capabilities: s3Capabilities(place.amazon, definition.capabilities),
  };
}

function placeOf(definition: StoreDefinition, environment: Environment, target: string): Place {
  if (definition.endpoint !== undefined) {
    const endpoint = parseEndpoint(definition.endpoint, target);
    return { endpoint, amazon: isAmazonEndpoint(endpoint), origin: 'definition' };
  }
  const custom = given(environment, 'S3_ENDPOINT');
  if (custom !== undefined) {
    const endpoint = parseEndpoint(custom, target);
    return { endpoint, amazon: isAmazonEndpoint(endpoint), origin: 'S3_ENDPOINT' };
  }
  const moved = given(environment, 'AWS_ENDPOINT_URL_S3') ?? given(environment, 'AWS_ENDPOINT_URL');
  return {
    ...(moved === undefined ? {} : { endpoint: parseEndpoint(moved, target) }),
    amazon: true,
    origin: 'aws',
  };
}

function flavourPlace(definition: StoreDefinition, environment: Environment, target: string): Place {
  if (definition.endpoint === undefined && given(environment, 'S3_ENDPOINT') === undefined) {
    const reason = `required S3_ENDPOINT env var for path: ${JSON.stringify(quotedUrl(definition.url))}`;
    throw new VfsError({ code: 'InvalidArgument', operation: 'open', target, reason });
  }
  return { ...placeOf(definition, environment, target), amazon: false };
}

function regionOf({ amazon, origin }: Place, environment: Environment): string | undefined {
  const asked = amazon && origin !== 'S3_ENDPOINT';
  return asked ? undefined : (given(environment, 'S3_REGION') ?? 'us-east-1');
}

function signInOf({ amazon, origin }: Place, environment: Environment, target: string): SignIn {
  if (amazon && origin !== 'S3_ENDPOINT') {
    return { chain: 'default' };
  }
  for (const name of ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']) {
    if (given(environment, name) === undefined) {
      const reason =
        origin === 'S3_ENDPOINT'
          ? `${name} cannot be empty when S3_ENDPOINT is not empty`
          : `this store has an endpoint of its own and no credentials; give it "credentials", or set ${name}`;
      throw new VfsError({ code: 'Unauthenticated', operation: 'open', target, reason });
    }
  }
  return { accessKeyId: { env: 'S3_ACCESS_KEY_ID' }, secretAccessKey: { env: 'S3_SECRET_ACCESS_KEY' } };
}
