import { isMapping, readYamlDocuments } from '../../kops/yaml-documents.ts';

/** What encrypts some kinds of objects: the API server writes with the first provider, and reads with any. */
export interface EncryptedResources {
  /** `secrets`, `configmaps.apps`, `*.`, `*.*`, … */
  readonly resources: readonly string[];
  /** In order; of each its kind (`aescbc`, `kms`, `identity`, …), and what is in it. */
  readonly providers: readonly (readonly [kind: string, settings: unknown])[];
}

/** Bytes that a key may have. */
const keySizes: Readonly<Record<string, readonly number[]>> = {
  aescbc: [16, 24, 32],
  aesgcm: [16, 24, 32],
  secretbox: [32],
};
const kinds: readonly string[] = [...Object.keys(keySizes), 'kms', 'identity'];

/**
 * Reads an `EncryptionConfiguration`, or says why the API server would refuse it (Kubernetes: `ValidateEncryptionConfiguration`,
 * apiserver/pkg/apis/apiserver/validation/validation_encryption.go). The reason quotes nothing of it but kinds.
 */
export function readEncryptionConfiguration(text: string): readonly EncryptedResources[] | string {
  const result = readYamlDocuments(text);
  const [document] = result.kind === 'documents' ? result.documents : [];
  if (!isMapping(document) || !['EncryptionConfiguration', 'EncryptionConfig'].includes(String(document['kind']))) {
    return 'it is no EncryptionConfiguration';
  }
  const resources = Array.isArray(document['resources']) ? document['resources'].map(readResources) : [];
  if (resources.length === 0) {
    return 'it has no resources';
  }
  return resources.map(whyRefused).find((reason) => reason !== undefined) ?? resources;
}

function readResources(value: unknown): EncryptedResources {
  const { resources, providers } = isMapping(value) ? value : {};
  return {
    resources: (Array.isArray(resources) ? resources : []).filter((name) => typeof name === 'string'),
    providers: (Array.isArray(providers) ? providers : []).map((provider) => {
      const entries = isMapping(provider) ? Object.entries(provider) : [];
      return entries.length === 1 ? (entries[0] ?? ['', undefined]) : ['', undefined];
    }),
  };
}

function whyRefused({ resources, providers }: EncryptedResources): string | undefined {
  if (resources.length === 0) {
    return 'an entry of its resources names none';
  }
  if (providers.length === 0) {
    return 'an entry of its resources has no providers';
  }
  return providers.map(([kind, settings]) => whyUnfit(kind, settings)).find((reason) => reason !== undefined);
}

function whyUnfit(kind: string, settings: unknown): string | undefined {
  if (!kinds.includes(kind)) {
    return `a provider is not exactly one of ${kinds.join(', ')}`;
  }
  const sizes = keySizes[kind];
  if (sizes === undefined) {
    return undefined;
  }
  const keys = isMapping(settings) && Array.isArray(settings['keys']) ? settings['keys'].filter(isMapping) : [];
  if (keys.length === 0) {
    return `a provider ${kind} has no keys`;
  }
  const isFit = keys.every(({ name, secret }) => isNamed(name) && sizes.includes(sizeOf(secret)));
  return isFit ? undefined : `a key of provider ${kind} has no name, or not ${sizes.join(', ')} bytes in base64`;
}

function isNamed(name: unknown): boolean {
  return typeof name === 'string' && name !== '';
}

function sizeOf(secret: unknown): number {
  return typeof secret === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(secret) ? Buffer.from(secret, 'base64').length : 0;
}
