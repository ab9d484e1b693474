import type { Harness } from '../../conformance/harness.ts';

/**
 * What API servers do otherwise than the driver says; one more or one less fails the run. None is known: Kubernetes 1.34.1 with etcd 3.4.23 passes
 * every test.
 */
export const knownQuirks: Pick<Harness, 'notHonoured' | 'deviations'> = { notHonoured: {}, deviations: {} };
