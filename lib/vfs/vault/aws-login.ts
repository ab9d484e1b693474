import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Keys } from '../aws/credential-sources.ts';

/** Where a request to the token service is signed for. It is never sent there by us: Vault sends it, to the address in its own configuration. */
export interface TokenService {
  /** `https://sts.amazonaws.com`. */
  readonly endpoint: string;
  readonly region: string;
}

/** The fields of an IAM login (AWS auth method, "Login"). */
export interface IamLogin {
  readonly iam_http_request_method: string;
  readonly iam_request_url: string;
  readonly iam_request_headers: string;
  readonly iam_request_body: string;
}

const body = 'Action=GetCallerIdentity&Version=2011-06-15';

/**
 * The token service of a region; without one the global service, which Vault asks unless it is told otherwise (`sts_endpoint`), and kOps signed for.
 * `endpoint` puts it elsewhere, as `AWS_ENDPOINT_URL_STS` does for all AWS tools.
 */
export function tokenService(region: string | undefined, endpoint: string | undefined): TokenService {
  if (region === undefined) {
    return { endpoint: endpoint ?? 'https://sts.amazonaws.com', region: 'us-east-1' };
  }
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return { endpoint: endpoint ?? `https://sts.${region}.${domain}`, region };
}

/**
 * Signs a `GetCallerIdentity`, with which Vault asks AWS who we are. `X-Vault-AWS-IAM-Server-ID` is part of what is signed, so that the request is of no use at
 * another Vault. `now` is in milliseconds since the epoch.
 */
export async function signedCallerIdentity(
  credentials: Keys,
  { endpoint, region }: TokenService,
  serverId: string,
  now: number,
): Promise<IamLogin> {
  const { protocol, hostname, port, host, href } = new URL(endpoint);
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const request = {
    method: 'POST',
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path: '/',
    query: {},
    headers: {
      host,
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-vault-aws-iam-server-id': serverId,
    },
    body,
  };
  const { headers } = await signer.sign(request, { signingDate: new Date(now) });
  return {
    iam_http_request_method: 'POST',
    iam_request_url: base64(href),
    iam_request_headers: base64(JSON.stringify(headers)),
    iam_request_body: base64(body),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
