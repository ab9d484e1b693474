import { knownSchemes } from '../vfs/open.ts';
import { parseStoreUrl } from '../vfs/store-url.ts';

/** Schemes of stores that kOps's documentation names or has named, and that this version cannot open yet. */
const laterSchemes: readonly string[] = [
  'do',
  'linode',
  'hos',
  'scw',
  'gs',
  'swift',
  'oss',
  'vault',
  'k8s',
  'azureblob',
];

const known = knownSchemes.map((scheme) => `${scheme}://`).join(', ');

/**
 * Why a text is no store URL of the configuration file, with what to do; undefined when it is one.
 *
 * Stricter than a URL on the command line: what kOps drops or tidies in silence (a query, `..`, a doubled slash) is refused here, and a
 * directory is absolute, since the file is read in more than one place. The text itself is not repeated: it may hold a password.
 */
export function whyNotStoreUrl(text: string): string | undefined {
  const scheme = /^([^:/]+):\/\//.exec(text)?.[1];
  if (scheme === undefined) {
    return 'is no store URL; write it like s3://bucket/prefix or file:///directory';
  }
  if (!knownSchemes.includes(scheme)) {
    return laterSchemes.includes(scheme)
      ? `names a ${scheme}:// store, which this version cannot open yet; it knows ${known}`
      : `has an unknown scheme; this version knows ${known}`;
  }
  if (/[\s\p{Cc}]/u.test(text)) {
    return 'holds white space or a control character; write a space as %20';
  }
  return scheme === 'file' ? whyNotDirectory(text) : whyNotBucket(text);
}

function whyNotDirectory(text: string): string | undefined {
  const path = text.slice('file://'.length);
  if (!path.startsWith('/')) {
    return 'names a directory that is not absolute; write file:/// and the whole path';
  }
  return whyNotSegments(path.replace(/\/+$/, '').split('/').slice(1));
}

function whyNotBucket(text: string): string | undefined {
  if (/[?#]/.test(text)) {
    return 'has a query or a fragment, which a store URL cannot have; remove it, or write %3F or %23 where a prefix holds such a sign';
  }
  const root = text.split('/')[2] ?? '';
  if (root === '') {
    return 'names no bucket; write it like s3://bucket/prefix';
  }
  if (!/^[A-Za-z0-9._-]+$/.test(root)) {
    return 'names a bucket with other signs than letters, digits, ".", "_" and "-"; an endpoint and credentials have fields of their own';
  }
  try {
    const { prefix } = parseStoreUrl(text);
    return prefix === '' ? undefined : whyNotSegments(prefix.split('/'));
  } catch {
    return 'has a "%" that begins no escape; write %25 for the sign itself';
  }
}

function whyNotSegments(segments: readonly string[]): string | undefined {
  return segments.some((segment) => segment === '' || segment === '.' || segment === '..')
    ? 'has an empty, "." or ".." segment; write the path without it'
    : undefined;
}

/** Why a text is no endpoint; undefined when it is one. The text itself is not repeated: it may hold a password. */
export function whyNotEndpoint(text: string): string | undefined {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    return 'is no endpoint; write it like https://s3.example.com, with https:// or http://';
  }
  const { username, password, pathname, search, hash } = new URL(text);
  if (username !== '' || password !== '') {
    return 'holds a user or a password; remove it and use the field credentials';
  }
  return pathname !== '/' || search !== '' || hash !== ''
    ? 'has more than a host and a port; write it like https://s3.example.com'
    : undefined;
}
