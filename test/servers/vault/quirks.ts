/** The version of Vault against which its loopback server was held, and that the list below was found with. */
export const knownVersion = '1.21.4';

/**
 * Tests of the conformance suite that a Vault fails, by name, each with what it does instead. The loopback server fails the same ones; one more or one less
 * fails the run.
 */
export const vaultDeviations: Readonly<Record<string, string>> = {
  'a version can be removed for good, which uncovers the one before':
    'destroying the latest version uncovers none: the key is absent until it is written again',
};
