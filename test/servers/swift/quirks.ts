/** What is known of real Swift. The product knows none of it but what its capabilities say. */
export const knownSwift = {
  title: 'OpenStack Swift',
  /** The version that this was found with. */
  version: '2.30.1 with Keystone 22.0.2',
  /** Tests of the conformance suite that it fails, by name, each with what it does instead. One more or one less fails the run. */
  deviations: {
    'of many that make one key, one succeeds':
      'looks for the object when a write begins and not when it ends, so that all that begin together succeed',
  },
} as const;
