import { createHash } from 'node:crypto';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { type Identity, IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { SignatureError, verifySignature } from '../../lib/local-cloud/sigv4.ts';
import type { SignedRequest } from '../../lib/local-cloud/sigv4-canonical.ts';
import { chunkSignature } from '../../lib/local-cloud/sigv4-keys.ts';

/** The example keys of the Amazon S3 API reference, "Authenticating Requests (AWS Signature Version 4)". */
const exampleKeys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const may24 = Date.UTC(2013, 4, 24);
const emptySha256 = createHash('sha256').digest('hex');
const common = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': '20130524T000000Z' };

function registryWith(keys: Partial<Identity> = exampleKeys): IdentityRegistry {
  const registry = new IdentityRegistry();
  const arn = 'arn:aws:iam::111111111111:user/example';
  registry.add({ account: '111111111111', arn, ...exampleKeys, ...keys });
  return registry;
}

function request(method: string, target: string, headers: Record<string, string>): SignedRequest {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return { method, target, headers: Object.fromEntries(entries) };
}

function authorization(signedHeaders: string, signature: string): string {
  const credential = `${exampleKeys.accessKeyId}/20130524/us-east-1/s3/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signedHeaders},Signature=${signature}`;
}

const getWithRange = request('GET', '/test.txt', {
  ...common,
  range: 'bytes=0-9',
  'x-amz-content-sha256': emptySha256,
  authorization: authorization(
    'host;range;x-amz-content-sha256;x-amz-date',
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ),
});

const presignedGet = request(
  'GET',
  '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  { host: common.host },
);

const chunkedPut = request('PUT', '/examplebucket/chunkObject.txt', {
  host: 's3.amazonaws.com',
  'x-amz-date': '20130524T000000Z',
  'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'content-encoding': 'aws-chunked',
  'x-amz-decoded-content-length': '66560',
  'content-length': '66824',
  authorization: authorization(
    'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
    '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  ),
});

const published: readonly { readonly name: string; readonly signed: SignedRequest }[] = [
  { name: 'GET Object with a range', signed: getWithRange },
  {
    name: 'PUT Object with a key that needs encoding',
    signed: request('PUT', '/test%24file.text', {
      ...common,
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': createHash('sha256').update('Welcome to Amazon S3.').digest('hex'),
      authorization: authorization(
        'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      ),
    }),
  },
  {
    name: 'GET Bucket lifecycle, a query parameter without a value',
    signed: request('GET', '/?lifecycle', {
      ...common,
      'x-amz-content-sha256': emptySha256,
      authorization: authorization(
        'host;x-amz-content-sha256;x-amz-date',
        'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
      ),
    }),
  },
  {
    name: 'List Objects, several query parameters in any order',
    signed: request('GET', '/?prefix=J&max-keys=2', {
      ...common,
      'x-amz-content-sha256': emptySha256,
      authorization: authorization(
        'host;x-amz-content-sha256;x-amz-date',
        '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
      ),
    }),
  },
  { name: 'a presigned GET', signed: presignedGet },
  { name: 'the headers of a body in signed chunks', signed: chunkedPut },
];

/** What verifying throws, as code and status. */
function refusal(signed: SignedRequest, registry = registryWith(), now = may24): readonly [string, number] {
  try {
    verifySignature(signed, registry, { service: 's3', now });
  } catch (error) {
    if (error instanceof SignatureError) {
      return [error.code, error.status];
    }
    throw error;
  }
  throw new Error('it was not refused');
}

const changed = (signed: SignedRequest, headers: Record<string, string>): SignedRequest => ({
  ...signed,
  headers: { ...signed.headers, ...request('', '', headers).headers },
});

describe('signatures that Amazon publishes', () => {
  it.each(published)('are verified: $name', ({ signed }) => {
    const verified = verifySignature(signed, registryWith(), { service: 's3', now: may24 });
    expect([verified.identity.account, verified.region]).toEqual(['111111111111', 'us-east-1']);
  });

  it('are computed alike for each chunk of a body', () => {
    const { payload } = verifySignature(chunkedPut, registryWith(), { service: 's3', now: may24 });
    if (payload.kind !== 'chunks' || payload.seal === undefined) {
      throw new Error(`the payload is ${payload.kind}`);
    }
    const { seal } = payload;
    const sha256 = (size: number) => createHash('sha256').update('a'.repeat(size)).digest('hex');
    const first = chunkSignature(seal, 'PAYLOAD', seal.seedSignature, sha256(65_536));
    const second = chunkSignature(seal, 'PAYLOAD', first, sha256(1024));
    const last = chunkSignature(seal, 'PAYLOAD', second, sha256(0));
    expect([first, second, last]).toEqual([
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]);
  });
});

describe('a request is refused', () => {
  it('when it is not signed', () => {
    expect(refusal(request('GET', '/k', { host: 'h' }))).toEqual(['AccessDenied', 403]);
  });

  it('when nobody has its access key', () => {
    expect(refusal(getWithRange, new IdentityRegistry())).toEqual(['InvalidAccessKeyId', 403]);
  });

  it('when anything that is signed was changed', () => {
    const changes = [
      { ...getWithRange, method: 'PUT' },
      { ...getWithRange, target: '/other.txt' },
      { ...getWithRange, target: '/test.txt?versionId=1' },
      changed(getWithRange, { range: 'bytes=0-10' }),
      changed(getWithRange, { host: 'another' }),
      changed(getWithRange, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
      { ...presignedGet, target: presignedGet.target.replace('86400', '86401') },
    ];
    for (const signed of changes) {
      expect(refusal(signed)).toEqual(['SignatureDoesNotMatch', 403]);
    }
  });

  it('when the secret is another', () => {
    expect(refusal(getWithRange, registryWith({ secretAccessKey: 'WRONG' }))).toEqual(['SignatureDoesNotMatch', 403]);
  });

  it('when a header that steers it is not signed', () => {
    expect(refusal(changed(getWithRange, { 'x-amz-acl': 'public-read' }))).toEqual(['AccessDenied', 403]);
  });

  it('when it was signed more than fifteen minutes ago, or will be', () => {
    const sixteenMinutes = 16 * 60 * 1000;
    expect(refusal(getWithRange, registryWith(), may24 + sixteenMinutes)).toEqual(['RequestTimeTooSkewed', 403]);
    expect(refusal(getWithRange, registryWith(), may24 - sixteenMinutes)).toEqual(['RequestTimeTooSkewed', 403]);
  });

  it('when it is presigned and has expired', () => {
    expect(refusal(presignedGet, registryWith(), may24 + 86_401_000)).toEqual(['AccessDenied', 403]);
  });

  it('when its session token is missing, or another', () => {
    const temporary = registryWith({ sessionToken: 'token' });
    expect(refusal(getWithRange, temporary)).toEqual(['InvalidToken', 400]);
    expect(refusal(changed(getWithRange, { 'x-amz-security-token': 'other' }), temporary)).toEqual([
      'InvalidToken',
      400,
    ]);
  });

  it('when its credentials have expired', () => {
    expect(refusal(getWithRange, registryWith({ expiresAt: may24 }))).toEqual(['ExpiredToken', 400]);
  });

  it('when its scope is of another service or another day', () => {
    const header = authorization('host;range;x-amz-content-sha256;x-amz-date', '0'.repeat(64));
    for (const wrong of [header.replace('/s3/', '/sqs/'), header.replace('/20130524/', '/20130523/'), 'Basic x']) {
      expect(refusal(changed(getWithRange, { authorization: wrong }))).toEqual(['AuthorizationHeaderMalformed', 400]);
    }
  });

  it('when it says nothing, or nonsense, of its payload', () => {
    const { 'x-amz-content-sha256': _, ...others } = getWithRange.headers;
    expect(refusal({ ...getWithRange, headers: others })).toEqual(['InvalidRequest', 400]);
  });
});

describe('the official clients', () => {
  const keys = { ...exampleKeys, sessionToken: 'a token / with + signs' };
  const registry = registryWith(keys);

  /** Lets a client sign one request, and takes the request from it. */
  async function signedBy<Client extends { middlewareStack: { add: (middleware: never, options: never) => void } }>(
    client: Client,
    send: (client: Client) => Promise<unknown>,
  ): Promise<{ signed: SignedRequest; body: Uint8Array | undefined }> {
    let caught: { signed: SignedRequest; body: Uint8Array | undefined } | undefined;
    const catchRequest = () => async (args: { request: Record<string, unknown> }) => {
      const { method, path, query, headers, body } = args.request as {
        method: string;
        path: string;
        query: Record<string, string>;
        headers: Record<string, string>;
        body: Uint8Array | undefined;
      };
      const pairs = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
      const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      const target = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
      caught = { signed: request(method, target, Object.fromEntries(lowered)), body };
      throw new Error('caught');
    };
    client.middlewareStack.add(catchRequest as never, { step: 'finalizeRequest', priority: 'low' } as never);
    await send(client).catch(() => undefined);
    if (caught === undefined) {
      throw new Error('the client sent nothing');
    }
    return caught;
  }

  const config = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1', credentials: keys, maxAttempts: 1 };

  it('sign requests to S3 that are verified, whatever the key', async () => {
    const Key = "a b//../ü(1)*'!😀\n+%~";
    const { signed } = await signedBy(new S3({ ...config, forcePathStyle: true }), (s3) =>
      s3.putObject({ Bucket: 'bucket', Key, Body: 'x', Metadata: { spaced: 'a  b' } }),
    );
    const verified = verifySignature(signed, registry, { service: 's3', now: Date.now() });
    expect(verified.region).toBe('eu-west-1');
    expect(verified.payload).toEqual({
      kind: 'digest',
      sha256: createHash('sha256').update('x').digest('hex'),
    });
  });

  it('sign requests to S3 whose query has names that begin alike', async () => {
    const signed = (query: Record<string, string>) =>
      signedBy(new S3({ ...config, forcePathStyle: true }), (s3) => {
        s3.middlewareStack.add(
          (next) => (args) => {
            Object.assign((args.request as { query: Record<string, string> }).query, query);
            return next(args);
          },
          { step: 'build' },
        );
        return s3.listObjectsV2({ Bucket: 'bucket' });
      });
    const { signed: request } = await signed({ a: '1', 'a-b': '2', a1: '3', 'a/b': '4' });
    expect(request.target).toContain('a-b=2');
    expect(verifySignature(request, registry, { service: 's3', now: Date.now() }).region).toBe('eu-west-1');
  });

  it('sign requests to other services over their whole body', async () => {
    const { signed, body } = await signedBy(new SQS(config), (sqs) =>
      sqs.createQueue({ QueueName: 'q', Attributes: { VisibilityTimeout: '1' } }),
    );
    const bytes = Buffer.concat([body ?? new Uint8Array()]);
    const options = { service: 'sqs', now: Date.now(), body: bytes };
    expect(verifySignature(signed, registry, options).identity.accessKeyId).toBe(keys.accessKeyId);
    const tampered = Buffer.concat([bytes, Buffer.from(' ')]);
    expect(() => verifySignature(signed, registry, { ...options, body: tampered })).toThrow(SignatureError);
  });
});
