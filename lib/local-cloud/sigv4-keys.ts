import { createHash, createHmac } from 'node:crypto';
import type { Credential } from './sigv4-parts.ts';

/** What is needed to check the signature of each chunk of a signed `aws-chunked` body. */
export interface ChunkSeal {
  readonly signingKey: Buffer;
  readonly timestamp: string;
  readonly scope: string;
  /** The signature of the headers, which the first chunk's signature follows. */
  readonly seedSignature: string;
}

/** The signature of the next chunk of an `aws-chunked` body, or of its trailer, that follows another signature. */
export function chunkSignature(
  seal: ChunkSeal,
  kind: 'PAYLOAD' | 'TRAILER',
  previousSignature: string,
  sha256: string,
): string {
  const emptyDigest = kind === 'PAYLOAD' ? `${createHash('sha256').digest('hex')}\n` : '';
  const text = `AWS4-HMAC-SHA256-${kind}\n${seal.timestamp}\n${seal.scope}\n${previousSignature}\n${emptyDigest}${sha256}`;
  return hmac(seal.signingKey, text).toString('hex');
}

const keyCache = new Map<string, Buffer>();

/** The signing key of a day, region and service; it is asked for with every request, so a few are kept. */
export function deriveKey(secret: string, credential: Credential): Buffer {
  const name = `${credential.date}/${credential.region}/${credential.service}/${secret}`;
  const known = keyCache.get(name);
  if (known !== undefined) {
    return known;
  }
  const date = hmac(`AWS4${secret}`, credential.date);
  const key = hmac(hmac(hmac(date, credential.region), credential.service), 'aws4_request');
  if (keyCache.size >= 256) {
    keyCache.clear();
  }
  keyCache.set(name, key);
  return key;
}

/** An HMAC with SHA-256. */
export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
