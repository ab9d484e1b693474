import { isMapping, readYamlDocuments } from '../../kops/yaml-documents.ts';
import type { StoreSubject } from '../rule.ts';
import { directoryHere } from './locations.ts';
import { oncePerSubject } from './once-per-subject.ts';

/** What nodeup is told on the machines of an instance group (`nodeup.Config`, pkg/apis/nodeup/config.go), as far as rules read it. */
export interface NodeConfig {
  /** Relative to the cluster's prefix. */
  readonly key: string;
  /** Undefined where the file cannot be read as a mapping. */
  readonly fields: NodeConfigFields | undefined;
}

/** The fields, as they are written. */
export interface NodeConfigFields {
  readonly clusterName: string | undefined;
  /** The keys by which a machine has its certificates signed, by keyset. */
  readonly keypairIds: ReadonlyMap<string, string>;
  /** The certificates that a machine trusts, as PEM, by keyset. */
  readonly authorities: ReadonlyMap<string, string>;
  /** The public keys of service accounts that the API server trusts, as PEM; undefined where none runs. */
  readonly serviceAccountKeys: string | undefined;
  /** SHA-256 of the encryption configuration, in the alphabet of URLs. */
  readonly encryptionHash: string | undefined;
  /** URLs: of the key store and the secret store. */
  readonly stores: Readonly<Record<'keypairs' | 'secrets', string | undefined>>;
  readonly networks: Readonly<Record<'nonMasqueradeCIDR' | 'serviceClusterIPRange', string | undefined>>;
  /** URL of the manifest that starts kops-channels. */
  readonly channelsManifest: string | undefined;
  /** Paths of other manifests, below the `configBase`. */
  readonly staticManifests: readonly string[];
}

/** Where the node configuration of an instance group lies. */
export interface NodeConfigPlace {
  /** Relative to the cluster's prefix, and so is the directory, which ends in `/`. */
  readonly key: string;
  readonly directory: string;
  readonly instanceGroup: string;
}

/** Where node configuration of a cluster lies, one place for each instance group that has it. */
export const nodeConfigPlaces = oncePerSubject((subject): readonly NodeConfigPlace[] => {
  const root = nodeConfigRoot(subject);
  return root === undefined
    ? []
    : [...subject.files.keys()].flatMap((key) => {
        const [, directory = '', instanceGroup = ''] =
          (key.startsWith(root) && pattern.exec(key.slice(root.length))) || [];
        return instanceGroup === '' ? [] : { key, directory: `${root}${directory}`, instanceGroup };
      });
});

const pattern = /^([^/]+\/([^/]+)\/)nodeupconfig\.yaml$/;

/** Where kOps writes node configuration, ending in `/`; undefined where that is not below the cluster's prefix. */
export function nodeConfigRoot(subject: StoreSubject): string | undefined {
  return directoryHere(subject, undefined, 'igconfig/');
}

/** The node configurations of a cluster that are not too large to be one. */
export const nodeConfigsOf = oncePerSubject((subject): readonly NodeConfig[] =>
  nodeConfigPlaces(subject).flatMap(({ key }) => {
    const text = subject.texts.get(key);
    return text === undefined ? [] : { key, fields: fieldsOf(text) };
  }),
);

function fieldsOf(text: string): NodeConfigFields | undefined {
  const result = readYamlDocuments(text);
  const [config] = result.kind === 'documents' ? result.documents : [];
  if (!isMapping(config)) {
    return undefined;
  }
  const apiServer = mappingAt(config, 'APIServerConfig');
  const stores = mappingAt(config, 'configStore');
  const networking = mappingAt(config, 'Networking');
  const manifests = config['staticManifests'];
  return {
    clusterName: textAt(config, 'ClusterName'),
    keypairIds: textsOf(mappingAt(config, 'KeypairIDs')),
    authorities: textsOf(mappingAt(config, 'CAs')),
    serviceAccountKeys: textAt(apiServer, 'ServiceAccountPublicKeys'),
    encryptionHash: textAt(apiServer, 'EncryptionConfigSecretHash'),
    stores: { keypairs: textAt(stores, 'keypairs'), secrets: textAt(stores, 'secrets') },
    networks: {
      nonMasqueradeCIDR: textAt(networking, 'nonMasqueradeCIDR'),
      serviceClusterIPRange: textAt(networking, 'serviceClusterIPRange'),
    },
    channelsManifest: textAt(config, 'channelsManifest'),
    staticManifests: (Array.isArray(manifests) ? manifests : [])
      .filter(isMapping)
      .flatMap(({ path }) => textOf(path) ?? []),
  };
}

type Mapping = Readonly<Record<string, unknown>>;

function mappingAt(parent: Mapping, name: string): Mapping {
  const value = parent[name];
  return isMapping(value) ? value : {};
}

function textAt(parent: Mapping, name: string): string | undefined {
  return textOf(parent[name]);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(mapping: Mapping): ReadonlyMap<string, string> {
  return new Map(Object.entries(mapping).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
