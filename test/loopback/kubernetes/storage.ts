import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { managedFields } from './field-managers.ts';
import type { Secret, SentSecret } from './objects.ts';
import { badRequest, conflict, invalid, notFound, StatusError } from './status.ts';
import { validate } from './validation.ts';

/** What must be true of an object that is deleted (API reference, `Preconditions`). */
export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

interface Change {
  readonly revision: number;
  readonly namespace: string;
  readonly name: string;
  /** Undefined after a delete. */
  readonly secret: Secret | undefined;
}

/**
 * Secrets with their history, as etcd keeps it: one revision counts all changes, and a state can be looked at until it is compacted
 * ("Kubernetes API Concepts", resource versions).
 */
export class SecretStorage {
  readonly #namespaces = new Set<string>();
  readonly #changes: Change[] = [];
  readonly #current = new Map<string, Secret>();
  readonly #now: () => number;
  #revision = 1;
  #compacted = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get revision(): number {
    return this.#revision;
  }

  addNamespace(name: string): void {
    this.#namespaces.add(name);
  }

  removeNamespace(name: string): void {
    this.#namespaces.delete(name);
    for (const secret of [...this.#current.values()].filter(({ metadata }) => metadata.namespace === name)) {
      this.#set(name, secret.metadata.name, undefined);
    }
  }

  hasNamespace(name: string): boolean {
    return this.#namespaces.has(name);
  }

  /** Forgets every state but the present one: pages of listings that began before are refused from now on. */
  compact(): void {
    this.#compacted = this.#revision;
  }

  get(namespace: string, name: string): Secret {
    const secret = this.#current.get(`${namespace}/${name}`);
    if (secret === undefined) {
      throw notFound('secrets', name);
    }
    return secret;
  }

  /** All Secrets of a namespace as they were at a revision, by name. */
  at(namespace: string, revision: number): readonly Secret[] {
    if (revision < this.#compacted) {
      throw new StatusError(
        410,
        'Expired',
        'The provided continue parameter is too old to display a consistent list result.',
      );
    }
    const secrets = revision === this.#revision ? [...this.#current.values()] : this.#past(revision);
    return secrets
      .filter(({ metadata }) => metadata.namespace === namespace)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  create(namespace: string, sent: SentSecret, manager: string): Secret {
    const name = sent.metadata?.name ?? '';
    if (!this.hasNamespace(namespace)) {
      throw notFound('namespaces', namespace);
    }
    validate(name, sent);
    if (this.#current.has(`${namespace}/${name}`)) {
      const details = { name, kind: 'secrets' };
      throw new StatusError(409, 'AlreadyExists', `secrets "${name}" already exists`, details);
    }
    const identity = { name, namespace, uid: randomUUID(), creationTimestamp: this.#time() };
    return this.#store(undefined, { ...identity, resourceVersion: '' }, sent, manager);
  }

  update(namespace: string, name: string, sent: SentSecret, manager: string): Secret {
    const { uid, resourceVersion, name: named = name } = sent.metadata ?? {};
    if (named !== name) {
      throw badRequest(`the name of the object (${named}) does not match the name on the URL (${name})`);
    }
    const before = this.get(namespace, name);
    if (uid !== undefined && uid !== before.metadata.uid) {
      throw conflict(
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`,
      );
    }
    if (resourceVersion !== undefined && !/^\d+$/.test(resourceVersion)) {
      throw new StatusError(500, undefined, `parsing "${resourceVersion}": invalid syntax`);
    }
    if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion) {
      throw conflict(
        name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    }
    validate(name, sent);
    refuseChangeOfFixed(before, sent);
    const { finalizers, managedFields: _, labels, annotations, ...kept } = before.metadata;
    return this.#store(before, kept, sent, manager);
  }

  /** Removes a Secret, or only marks it while somebody holds it by a finalizer; then it is answered ("Finalizers"). */
  remove(namespace: string, name: string, { uid, resourceVersion }: Preconditions): Secret | undefined {
    const { metadata, ...others } = this.get(namespace, name);
    const wanted = { UID: [uid, metadata.uid], ResourceVersion: [resourceVersion, metadata.resourceVersion] };
    for (const [what, [asked, has]] of Object.entries(wanted)) {
      if (asked !== undefined && asked !== has) {
        throw conflict(
          name,
          `the ${what} in the precondition (${asked}) does not match the ${what} in record (${has})`,
        );
      }
    }
    if ((metadata.finalizers ?? []).length === 0) {
      this.#set(namespace, name, undefined);
      return undefined;
    }
    return this.#set(namespace, name, { ...others, metadata: { ...metadata, deletionTimestamp: this.#time() } });
  }

  #past(revision: number): readonly Secret[] {
    const found = new Map<string, Secret | undefined>();
    for (const { namespace, name, secret } of this.#changes.filter((change) => change.revision <= revision)) {
      found.set(`${namespace}/${name}`, secret);
    }
    return [...found.values()].filter((secret) => secret !== undefined);
  }

  #store(
    before: Secret | undefined,
    identity: Omit<Secret['metadata'], 'managedFields'>,
    sent: SentSecret,
    manager: string,
  ): Secret {
    const { labels, annotations, finalizers } = sent.metadata ?? {};
    const data = sent.data ?? undefined;
    const metadata = {
      ...identity,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && finalizers.length > 0 && { finalizers }),
      managedFields: managedFields(before, { type: 'Opaque', ...sent }, manager, this.#time()),
    };
    const type = sent.type ?? 'Opaque';
    const immutable = sent.immutable === undefined ? {} : { immutable: sent.immutable };
    const after: Secret = { apiVersion: 'v1', kind: 'Secret', metadata, ...(data && { data }), type, ...immutable };
    if (before !== undefined && isDeepStrictEqual(before, after)) {
      return before; // An update that changes nothing is none, and has no new resourceVersion.
    }
    if (metadata.deletionTimestamp !== undefined && metadata.finalizers === undefined) {
      this.#set(metadata.namespace, metadata.name, undefined);
      return after;
    }
    return this.#set(metadata.namespace, metadata.name, after);
  }

  #set<T extends Secret | undefined>(namespace: string, name: string, secret: T): T {
    this.#revision += 1;
    const revision = this.#revision;
    const stored = secret && { ...secret, metadata: { ...secret.metadata, resourceVersion: String(revision) } };
    this.#changes.push({ revision, namespace, name, secret: stored });
    const id = `${namespace}/${name}`;
    if (stored === undefined) {
      this.#current.delete(id);
    } else {
      this.#current.set(id, stored);
    }
    return stored as T;
  }

  /** RFC 3339, to the second. */
  #time(): string {
    return new Date(this.#now()).toISOString().replace(/\.\d+/, '');
  }
}

/** The type of a Secret never changes, and of an immutable one neither do the data ("Secrets", immutable Secrets). */
function refuseChangeOfFixed(before: Secret, { type = 'Opaque', data, immutable }: SentSecret): void {
  const { name } = before.metadata;
  if (type !== before.type) {
    throw invalid(name, 'type', 'FieldValueInvalid', `Invalid value: "${type}": field is immutable`);
  }
  if (before.immutable === true && (immutable !== true || !isDeepStrictEqual(data ?? undefined, before.data))) {
    throw invalid(name, 'data', 'FieldValueForbidden', 'Forbidden: field is immutable when `immutable` is set');
  }
}
