import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Call } from './call.ts';
import { invalidArgument, OssError } from './oss-error.ts';
import { urlEncoded } from './xml.ts';

/** Who may sign. Temporary keys come with a token, and end. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  readonly token?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Of which a request may differ from the server's clock, in milliseconds. */
const maxSkewMs = 15 * 60_000;

/**
 * Verifies that a request is signed, in either way that OSS takes: "Include a V4 signature in the Authorization header", or "Include a V1
 * signature in the Authorization header". Throws as OSS answers (its page on HTTP status code 403).
 */
export function verifySignature(call: Call, keys: ReadonlyMap<string, AccessKey>, now: number): void {
  const authorization = call.headers.authorization;
  if (authorization === undefined) {
    throw new OssError(403, 'AccessDenied', 'You have no right to access this object because of bucket acl.');
  }
  const v4 = authorization.startsWith('OSS4-HMAC-SHA256 ');
  const stated = v4 ? statedV4(authorization) : statedV1(authorization);
  const key = keys.get(stated.id);
  if (key === undefined || (key.token !== undefined && tokenOf(call) === undefined)) {
    const message = 'The OSS Access Key Id you provided does not exist in our records.';
    throw new OssError(403, 'InvalidAccessKeyId', message, { elements: { OSSAccessKeyId: stated.id } });
  }
  refuseSkew(call, v4, now);
  const text = v4 ? stringToSignV4(call, stated) : stringToSignV1(call);
  const expected = v4 ? signatureV4(key.secret, stated.scope, text) : signatureV1(key.secret, text);
  if (!equal(expected, stated.signature)) {
    const message =
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
    const elements = { OSSAccessKeyId: stated.id, SignatureProvided: stated.signature, StringToSign: text };
    throw new OssError(403, 'SignatureDoesNotMatch', message, { elements });
  }
  refuseToken(call, key, now);
}

interface Stated {
  readonly id: string;
  readonly signature: string;
  /** V4: `<date>/<region>/oss/aliyun_v4_request`. */
  readonly scope: string;
  readonly additional: readonly string[];
}

function statedV4(authorization: string): Stated {
  const fields = new Map(
    authorization
      .slice('OSS4-HMAC-SHA256 '.length)
      .split(',')
      .map((field) => field.trim().split(/=(.*)/s, 2) as [string, string]),
  );
  const [, id = '', scope = ''] =
    /^([^/]+)\/(\d{8}\/[^/]+\/oss\/aliyun_v4_request)$/.exec(fields.get('Credential') ?? '') ?? [];
  const additional = fields.get('AdditionalHeaders')?.split(';') ?? [];
  if (id === '' || additional.includes('')) {
    throw invalidArgument('The Authorization header is malformed.', { ArgumentName: 'Authorization' });
  }
  return { id, scope, signature: fields.get('Signature') ?? '', additional };
}

function statedV1(authorization: string): Stated {
  const [, id, signature] = /^OSS ([^:]+):(.+)$/.exec(authorization) ?? [];
  if (id === undefined || signature === undefined) {
    throw invalidArgument('The Authorization header is malformed.', { ArgumentName: 'Authorization' });
  }
  return { id, signature, scope: '', additional: [] };
}

function stringToSignV4(call: Call, { scope, additional }: Stated): string {
  const payload = header(call, 'x-oss-content-sha256');
  if (payload !== 'UNSIGNED-PAYLOAD') {
    throw invalidArgument('The x-oss-content-sha256 header is invalid.', { ArgumentName: 'x-oss-content-sha256' });
  }
  const date = header(call, 'x-oss-date');
  const [day, region] = scope.split('/');
  if (region !== call.region || !date.startsWith(`${day}T`)) {
    throw invalidArgument('Invalid signing region or date in Authorization header.', { ArgumentName: 'Authorization' });
  }
  const names = Object.keys(call.headers)
    .filter((name) => isSigned(name) || additional.includes(name))
    .sort();
  const canonical = [
    call.method,
    `/${call.bucket}/${call.key}`.split('/').map(urlEncoded).join('/'),
    canonicalQuery(call.query),
    names.map((name) => `${name}:${header(call, name)}\n`).join(''),
    additional.join(';'),
    payload,
  ].join('\n');
  return ['OSS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
}

function isSigned(name: string): boolean {
  return name === 'content-type' || name === 'content-md5' || name.startsWith('x-oss-');
}

function canonicalQuery(query: ReadonlyMap<string, string>): string {
  const pairs = [...query].map(([name, value]) => [urlEncoded(name), urlEncoded(value)] as const);
  return pairs
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
}

function signatureV4(secret: string, scope: string, text: string): string {
  const key = scope.split('/').reduce<Buffer>((parent, part) => hmac(parent, part), Buffer.from(`aliyun_v4${secret}`));
  return hmac(key, text).toString('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** The parameters that are part of a V1 signature: sub-resources, and those that change headers of the answer. */
const subResources = new Set([
  ...[
    'acl',
    'append',
    'bucketInfo',
    'continuation-token',
    'delete',
    'location',
    'objectMeta',
    'partNumber',
    'position',
  ],
  ...['restore', 'security-token', 'stat', 'symlink', 'tagging', 'uploadId', 'uploads', 'versionId', 'versioning'],
  ...['versions', 'response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires'],
]);

function stringToSignV1(call: Call): string {
  const ossHeaders = Object.keys(call.headers)
    .filter((name) => name.startsWith('x-oss-'))
    .sort()
    .map((name) => `${name}:${header(call, name)}\n`);
  const parameters = [...call.query]
    .filter(([name]) => subResources.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const resource = `/${call.bucket}/${call.key}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`;
  const lines = [call.method, header(call, 'content-md5'), header(call, 'content-type'), dateOf(call)];
  return `${lines.join('\n')}\n${ossHeaders.join('')}${resource}`;
}

function signatureV1(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text).digest('base64');
}

function dateOf(call: Call): string {
  return header(call, 'x-oss-date') || header(call, 'date');
}

function refuseSkew(call: Call, v4: boolean, now: number): void {
  const date = dateOf(call);
  const time = v4 ? date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z') : date;
  if (!(Math.abs(Date.parse(time) - now) <= maxSkewMs)) {
    const message = 'The difference between the request time and the current time is too large.';
    throw new OssError(403, 'RequestTimeTooSkewed', message);
  }
}

function refuseToken(call: Call, key: AccessKey, now: number): void {
  if (tokenOf(call) !== key.token) {
    throw new OssError(403, 'InvalidSecurityToken', 'The security token you provided is invalid.');
  }
  if (key.expiresAt !== undefined && key.expiresAt <= now) {
    throw new OssError(403, 'SecurityTokenExpired', 'The security token you provided has expired.');
  }
}

function tokenOf(call: Call): string | undefined {
  return header(call, 'x-oss-security-token') || undefined;
}

/** Node hands bytes over as Latin-1; signatures are over UTF-8. */
function header(call: Call, name: string): string {
  const value = call.headers[name];
  return Buffer.from(`${value ?? ''}`, 'latin1')
    .toString()
    .trim();
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
