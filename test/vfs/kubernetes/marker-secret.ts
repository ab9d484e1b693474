import type { V1Secret } from '@kubernetes/client-node';
import { secretOf } from '../../../lib/vfs/kubernetes/content.ts';

/** A Secret as the driver makes it, for a raw key that is no `ObjectKey`. */
export function markerSecret(key: string): V1Secret {
  const nothing = { size: 0, checksums: { sha256: '' } };
  const attempt = { operation: 'write', target: 'a marker' };
  return secretOf(key, '', nothing, { headers: {}, metadata: {} }, attempt);
}
