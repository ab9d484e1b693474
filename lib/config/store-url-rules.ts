import { knownSchemes } from '../vfs/open.ts';
import { holdsUserInfo, parseStoreUrl } from '../vfs/store-url.ts';
import { rootRuleOf } from './store-root-rules.ts';

const known = knownSchemes
  .toSorted()
  .map((scheme) => `${scheme}://`)
  .join(', ');

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
    return `has an unknown scheme; this version knows ${known}`;
  }
  if (/[\s\p{Cc}]/u.test(text)) {
    return 'holds white space or a control character; write a space as %20';
  }
  if (scheme === 'file') {
    return whyNotDirectory(text);
  }
  if (holdsUserInfo(text)) {
    const colon = scheme === 'k8s' ? '; a ":" in the name of a context is written %3A' : '';
    return `holds a user or a password; remove it and use the field credentials${colon}`;
  }
  return whyNotPlace(scheme, text);
}

function whyNotDirectory(text: string): string | undefined {
  const path = text.slice('file://'.length);
  if (!path.startsWith('/')) {
    return 'names a directory that is not absolute; write file:/// and the whole path';
  }
  return whyNotSegments(path.replace(/\/+$/, '').split('/').slice(1));
}

function whyNotPlace(scheme: string, text: string): string | undefined {
  const [path = '', query] = text.slice(`${scheme}://`.length).split(/[?#]/, 2);
  if (query !== undefined && !isKnownQuery(scheme, text)) {
    return scheme === 'vault'
      ? 'has a query that is not ?tls=false; remove it, or write %3F or %23 where a path holds such a sign'
      : 'has a query or a fragment, which a store URL cannot have; remove it, or write %3F or %23 where a prefix holds such a sign';
  }
  const why = rootRuleOf(scheme)(path.split('/'));
  if (why !== undefined) {
    return why;
  }
  try {
    const { prefix } = parseStoreUrl(text);
    return prefix === '' ? undefined : whyNotSegments(prefix.split('/'));
  } catch {
    return 'has a "%" that begins no escape; write %25 for the sign itself';
  }
}

/** Whether Vault is to be reached without TLS, the one thing that a store URL can ask for. */
function isKnownQuery(scheme: string, text: string): boolean {
  return scheme === 'vault' && /^[^?#]*\?tls=(?:false|true)$/.test(text);
}

function whyNotSegments(segments: readonly string[]): string | undefined {
  return segments.some((segment) => segment === '' || segment === '.' || segment === '..')
    ? 'has an empty, "." or ".." segment; write the path without it'
    : undefined;
}

/** Why a text is no endpoint of any store; undefined when it is one. Only some have a path. The text itself is not repeated: it may hold a password. */
export function whyNotEndpoint(text: string): string | undefined {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    return 'is no endpoint; write it like https://s3.example.com, with https:// or http://';
  }
  const { username, password, search, hash } = new URL(text);
  if (username !== '' || password !== '') {
    return 'holds a user or a password; remove it and use the field credentials';
  }
  return search !== '' || hash !== ''
    ? 'has more than a host and a port; write it like https://s3.example.com'
    : undefined;
}
