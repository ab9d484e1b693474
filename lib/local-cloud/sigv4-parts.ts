import type { RequestTarget } from './uri.ts';

/** The credential scope of a signature. */
export interface Credential {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** A Signature Version 4 taken apart, from wherever the request carries it. */
export interface SignatureParts {
  readonly credential: Credential;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`, as it was signed. */
  readonly timestamp: string;
  /** The same moment in milliseconds since the epoch. */
  readonly signedAt: number;
  readonly sessionToken?: string;
  /** Presigned requests only. */
  readonly expiresInSeconds?: number;
}

/** Whatever has headers: values by lower-case name, as `IncomingMessage.headersDistinct` gives them. */
export interface HeaderCarrier {
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
}

/** The first value of a header, by its lower-case name. */
export function firstHeader(request: HeaderCarrier, name: string): string | undefined {
  return request.headers[name]?.[0];
}

/** Ends the reading of a request that carries no signature, or a malformed one. */
export type Refuse = (kind: 'unsigned' | 'malformed', detail: string) => never;

/** Reads the signature from the `Authorization` header, or else from the query of a presigned request. */
export function readSignature(request: HeaderCarrier, target: RequestTarget, refuse: Refuse): SignatureParts {
  const authorization = firstHeader(request, 'authorization');
  if (authorization !== undefined) {
    const sessionToken = firstHeader(request, 'x-amz-security-token');
    const fields = authorizationFields(authorization, refuse);
    const timestamp = firstHeader(request, 'x-amz-date') ?? '';
    return assemble(fields, timestamp, sessionToken, refuse);
  }
  const query = new Map(target.query);
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    return refuse('unsigned', 'the request is not signed');
  }
  const fields = new Map(
    ['Credential', 'SignedHeaders', 'Signature'].map((name) => [name, query.get(`X-Amz-${name}`)]),
  );
  const expiresInSeconds = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  // A week is the longest that AWS allows.
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > 604_800) {
    return refuse('malformed', 'X-Amz-Expires must be between 1 and 604800 seconds');
  }
  const parts = assemble(fields, query.get('X-Amz-Date') ?? '', query.get('X-Amz-Security-Token'), refuse);
  return { ...parts, expiresInSeconds };
}

type Fields = ReadonlyMap<string, string | undefined>;

function authorizationFields(authorization: string, refuse: Refuse): Fields {
  const [algorithm, rest] = authorization.split(/ (.*)/s);
  if (algorithm !== 'AWS4-HMAC-SHA256' || rest === undefined) {
    return refuse('malformed', 'the only supported algorithm is AWS4-HMAC-SHA256');
  }
  return new Map(
    rest.split(',').map((field) => {
      const [name = '', value] = field.trim().split(/=(.*)/s);
      return [name, value] as const;
    }),
  );
}

function assemble(fields: Fields, timestamp: string, sessionToken: string | undefined, refuse: Refuse): SignatureParts {
  const credential = fields.get('Credential')?.split('/') ?? [];
  const [accessKeyId, date, region, service, terminator] = credential.slice(-5);
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request' || credential.length !== 5) {
    return refuse('malformed', 'Credential must be KEY/DATE/REGION/SERVICE/aws4_request');
  }
  const signedHeaders = fields.get('SignedHeaders')?.split(';') ?? [];
  const signature = fields.get('Signature');
  if (!signedHeaders.includes('host') || signature === undefined) {
    return refuse('malformed', 'SignedHeaders (with host) and Signature are required');
  }
  const signedAt = parseTimestamp(timestamp);
  if (Number.isNaN(signedAt)) {
    return refuse('malformed', 'x-amz-date must be a time such as 20260102T030405Z');
  }
  return {
    credential: { accessKeyId, date, region, service },
    signedHeaders,
    signature,
    timestamp,
    signedAt,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function parseTimestamp(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return match === null ? Number.NaN : Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
