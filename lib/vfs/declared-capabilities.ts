import { azureCapabilities } from './azure/capabilities.ts';
import type { Capabilities } from './capabilities.ts';
import { fileCapabilities } from './file/capabilities.ts';
import { gcsCapabilities } from './gcs/capabilities.ts';
import { kubernetesCapabilities } from './kubernetes/capabilities.ts';
import { memoryCapabilities } from './memory/capabilities.ts';
import { ossCapabilities } from './oss/capabilities.ts';
import { s3Capabilities } from './s3/capabilities.ts';
import { s3Schemes } from './schemes.ts';
import { swiftCapabilities } from './swift/capabilities.ts';
import { vaultCapabilities } from './vault/capabilities.ts';

/** By scheme. Only what the rooms say of themselves is loaded, none of their SDKs. */
const declared: Readonly<Record<string, Capabilities>> = {
  gs: gcsCapabilities(),
  swift: swiftCapabilities(),
  oss: ossCapabilities(),
  vault: vaultCapabilities(),
  k8s: kubernetesCapabilities(),
  azureblob: azureCapabilities(),
  file: fileCapabilities,
  memfs: memoryCapabilities,
};

/**
 * What the driver of a scheme declares, before a store is opened; undefined for a scheme that has none. `amazon` tells Amazon S3 from a
 * store that is compatible with it.
 */
export function declaredCapabilities(
  scheme: string,
  { amazon }: { readonly amazon: boolean },
): Capabilities | undefined {
  if (s3Schemes.has(scheme)) {
    return s3Capabilities(amazon && scheme === 's3');
  }
  return Object.hasOwn(declared, scheme) ? declared[scheme] : undefined;
}
