import { VfsError } from './errors.ts';

/** An address of Amazon S3 itself, also through a VPC interface endpoint; the partition in China has its own domain. */
const amazonHost = /(^|\.)amazonaws\.com(\.cn)?$/;

/**
 * Reads an endpoint, with or without `https://`, into its one normal form without a trailing slash.
 *
 * Throws `InvalidArgument`; the text is not repeated, because people put passwords into URLs.
 */
export function parseEndpoint(text: string, target: string): string {
  const origin = originOf(text);
  if (origin === undefined) {
    const reason = 'the endpoint is not of the form https://host[:port]; nothing else belongs into it';
    throw new VfsError({ code: 'InvalidArgument', operation: 'open', target, reason });
  }
  return origin;
}

/** The same form; undefined for a malformed endpoint. */
export function originOf(text: string): string | undefined {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  return url !== undefined && isPlain(url) ? url.origin : undefined;
}

/** Whether Amazon S3 answers at this endpoint, rather than a store that is compatible with it. */
export function isAmazonEndpoint(endpoint: string): boolean {
  return amazonHost.test(new URL(endpoint).hostname);
}

function isPlain({ protocol, username, password, pathname, search, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && pathname === '/' && `${username}${password}${search}${hash}` === '';
}
