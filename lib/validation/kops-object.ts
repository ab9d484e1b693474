import type { FieldPath } from './field-path.ts';
import { toInternal } from './internal/convert.ts';
import { toFilePath } from './internal/moves.ts';
import type { ManifestDocument, SourceRange } from './manifest/document.ts';
import { Node } from './node.ts';

/** The kinds of kOps's API that are validated, and the channel of add-ons that kOps generates. */
export type Kind = 'Cluster' | 'InstanceGroup' | 'Keyset' | 'SSHCredential' | 'Addons';

/** The versions of the API: `v1alpha2` is what kOps stores; `v1alpha3` has the names of the internal form. */
export type ApiVersion = 'v1alpha2' | 'v1alpha3';

/**
 * An object of kOps's API in the internal form, of which kOps's rules and messages speak, that still knows where each field
 * stands in its file.
 */
export class KopsObject {
  readonly kind: Kind;
  readonly apiVersion: ApiVersion;
  readonly document: ManifestDocument;
  /** The whole object, in the names of the internal form. */
  readonly root: Node;

  constructor(kind: Kind, apiVersion: ApiVersion, document: ManifestDocument) {
    this.kind = kind;
    this.apiVersion = apiVersion;
    this.document = document;
    const value = apiVersion === 'v1alpha2' ? toInternal(kind, document.value) : document.value;
    this.root = new Node(this, [], value);
  }

  /** `metadata.name`, or the empty string. */
  get name(): string {
    return this.root.at('metadata', 'name').text ?? '';
  }

  get spec(): Node {
    return this.root.at('spec');
  }

  /** The path by which the file knows a field of the internal form. */
  filePath(path: FieldPath): FieldPath {
    return this.apiVersion === 'v1alpha2' ? toFilePath(this.kind, path, this.document.value) : path;
  }

  /** The path of a field from the root of its document, which may hold several objects. */
  placeOf(path: FieldPath): FieldPath {
    return [...this.document.within, ...this.filePath(path)];
  }

  /** Where a field stands; for one that is absent, where its nearest ancestor stands. */
  rangeOf(path: FieldPath): SourceRange {
    return this.document.rangeOf(this.placeOf(path));
  }
}
