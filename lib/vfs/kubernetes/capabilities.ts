import { allKept, type Capabilities, noCopies, noParts } from '../capabilities.ts';
import { keptAlgorithms } from './content.ts';

/**
 * The largest content, in bytes. A Secret holds 1 MiB (`MaxSecretSize` of Kubernetes' core/v1 types); counted in base64, as it travels and as it
 * is seen, that is three quarters of it. Kubernetes itself counts the decoded bytes, so this limit lies on the safe side of its own and
 * of the 1.5 MiB that etcd takes in one request, annotations included.
 */
const maxContentBytes = (1024 * 1024 * 3) / 4;

/** What Secrets of a namespace do as a store, less what the definition denies. */
export function kubernetesCapabilities(denied: Partial<Capabilities> = {}): Capabilities {
  return {
    ...allKept,
    ...noCopies,
    ...noParts,
    versions: false,
    statChecksums: keptAlgorithms,
    writeVerifies: keptAlgorithms,
    maxObjectSize: maxContentBytes,
    maxWriteSize: maxContentBytes,
    maxKeyBytes: 1024,
    ...denied,
  };
}
