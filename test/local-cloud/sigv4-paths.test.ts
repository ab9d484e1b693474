import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { SignatureError, verifySignature } from '../../lib/local-cloud/sigv4.ts';
import type { SignedRequest } from '../../lib/local-cloud/sigv4-canonical.ts';

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const now = Date.UTC(2026, 0, 1);
const registry = new IdentityRegistry();
registry.add({ account: '111111111111', arn: 'arn:aws:iam::111111111111:user/example', ...keys });

/** A GET as Amazon's clients sign it: for S3 with the path as it is, for any other service with the path tidied. */
async function signedGet(service: string, path: string): Promise<SignedRequest> {
  const ofS3 = { uriEscapePath: service !== 's3', applyChecksum: service === 's3' };
  const signer = new SignatureV4({ service, region: 'eu-west-1', credentials: keys, sha256: Sha256, ...ofS3 });
  const request = { method: 'GET', protocol: 'https:', hostname: 'h', path, query: {}, headers: { host: 'h' } };
  const { headers } = await signer.sign(request, { signingDate: new Date(now) });
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]]);
  return { method: 'GET', target: path, headers: Object.fromEntries(entries) };
}

const paths = ['/', '//', '//queue', '/a//b/', '/a/./b/../c', '/../a', '/c%20d/..', '/a/'];

it.each([...paths, '/a%2Fb//c'])(
  'the path of a request to another service than S3 is signed tidied: %s',
  async (path) => {
    const body = Buffer.alloc(0);
    const signed = await signedGet('sqs', path);
    expect(verifySignature(signed, registry, { service: 'sqs', now, body }).identity.accessKeyId).toBe(
      keys.accessKeyId,
    );
    const elsewhere = { ...signed, target: `${path}x` };
    expect(() => verifySignature(elsewhere, registry, { service: 'sqs', now, body })).toThrow(SignatureError);
  },
);

it.each(paths)('the path of a request to S3 is signed as it is: %s', async (path) => {
  const signed = await signedGet('s3', path);
  expect(signed.headers['x-amz-content-sha256']).toEqual([createHash('sha256').digest('hex')]);
  expect(verifySignature(signed, registry, { service: 's3', now }).identity.accessKeyId).toBe(keys.accessKeyId);
});
