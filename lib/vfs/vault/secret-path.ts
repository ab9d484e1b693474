/**
 * Why Vault cannot hold a key as it is, in words for an error; undefined when it can.
 *
 * Vault tidies the path of a request before it looks at it (`a//b`, `a/./b` and `a/../b` become other keys), and refuses characters that
 * are not printable: of all white space only the plain blank is.
 */
export function whyNotSecretPath(key: string): string | undefined {
  if (key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'Vault holds no key with an empty, "." or ".." segment';
  }
  return /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(key)
    ? 'Vault holds no key with a character that is not printable (control characters, white space other than a blank)'
    : undefined;
}

/** Where something of a key is kept, as a path of the API: `kv/data/clusters/a%3Ab`. */
export function secretPath(mount: string, kind: 'data' | 'metadata' | 'delete' | 'destroy', key: string): string {
  const segments = key.split('/').map(encodeURIComponent);
  return `${encodeURIComponent(mount)}/${kind}/${segments.join('/')}`;
}
