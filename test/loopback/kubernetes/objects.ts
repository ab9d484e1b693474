/** An object's metadata, as far as this server keeps it (Kubernetes API conventions, "Metadata"). */
export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly managedFields: readonly ManagedFields[];
}

/** Who wrote which fields last ("Server-Side Apply", field management). */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Update';
  readonly apiVersion: 'v1';
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: object;
}

export interface Secret {
  readonly apiVersion: 'v1';
  readonly kind: 'Secret';
  readonly metadata: Metadata;
  readonly data?: Readonly<Record<string, string>>;
  readonly type: string;
  readonly immutable?: boolean;
}

/** A Secret as a client sends it: anything may be missing. */
export interface SentSecret {
  readonly metadata?: Partial<Metadata>;
  readonly data?: Readonly<Record<string, string>> | null;
  readonly type?: string;
  readonly immutable?: boolean;
}
