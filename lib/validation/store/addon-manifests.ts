import { isMapping, readYamlDocuments } from '../../kops/yaml-documents.ts';

/** By which the control plane finds the add-ons that kOps generates. */
export const channelKey = 'addons/bootstrap-channel.yaml';

/** A manifest that the channel names. */
export interface ChannelManifest {
  /** Relative to the cluster's prefix. */
  readonly key: string;
  /** SHA-256 in hexadecimal digits. */
  readonly hash: string | undefined;
}

/** The manifests that `bootstrap-channel.yaml` names below `addons/`; none where it cannot be read. */
export function manifestsOf(texts: ReadonlyMap<string, string>): readonly ChannelManifest[] {
  const result = readYamlDocuments(texts.get(channelKey) ?? '');
  const [channel] = result.kind === 'documents' ? result.documents : [];
  const { addons } = isMapping(channel) && isMapping(channel['spec']) ? channel['spec'] : {};
  return (Array.isArray(addons) ? addons : []).filter(isMapping).flatMap(({ manifest, manifestHash }) =>
    typeof manifest !== 'string' || /^\/|:\/\/|(?:^|\/)\.\.?\//.test(manifest) || manifest === ''
      ? [] // Lies elsewhere.
      : { key: `addons/${manifest}`, hash: typeof manifestHash === 'string' ? manifestHash : undefined },
  );
}
