import type { HeaderCarrier, SignatureParts } from './sigv4-parts.ts';
import { percentDecode, percentEncode, type RequestTarget } from './uri.ts';

/** What Signature Version 4 covers of a request, as it came over the wire. */
export interface SignedRequest extends HeaderCarrier {
  readonly method: string;
  /** The request target, as on the request line: raw path and raw query. */
  readonly target: string;
}

/** The text whose digest is signed: method, path, query, the signed headers, and the hash of the payload. */
export function canonicalRequest(
  request: SignedRequest,
  target: RequestTarget,
  parts: SignatureParts,
  payloadHash: string,
  service: string,
): string {
  // S3 encodes the path once; every other service tidies the path as it was sent, and encodes it once more.
  const path = percentEncode(service === 's3' ? percentDecode(target.path) : tidied(target.path), '/');
  const query = target.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]))
    .map((pair) => pair.join('='));
  const headers = parts.signedHeaders.map((name) => {
    const values = (request.headers[name] ?? []).map((value) => value.trim().replace(/ +/g, ' '));
    return `${name}:${values.join(',')}\n`;
  });
  return [request.method, path, query.join('&'), headers.join(''), parts.signedHeaders.join(';'), payloadHash].join(
    '\n',
  );
}

/** A path without empty, `.` and `..` segments ("Create a signed AWS API request", canonical URI). */
function tidied(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') {
      kept.pop();
    } else if (segment !== '' && segment !== '.') {
      kept.push(segment);
    }
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function order(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
