import { mapConcurrently } from '../../flow/concurrency.ts';
import { VfsError } from '../errors.ts';
import { isKey } from '../keys.ts';
import { startOf, takePage } from '../listing.ts';
import type { CallOptions, ObjectKey, ReadResult, VersionId } from '../types.ts';
import type { ListVersionsOptions, ObjectVersion, VersionPage, VersionsDriver } from '../versions.ts';
import type { VaultConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { look, revisionOf, type VersionName, versionNamed } from './held.ts';
import { walkFor } from './list.ts';
import { readObject } from './read.ts';
import { secretPath, whyNotSecretPath } from './secret-path.ts';
import { walkMount } from './walk.ts';

const keysAPage = 50;
const keysAtOnce = 8;

/** One version as the metadata of a secret tells it. */
interface Described extends VersionName {
  /** Undefined where it has not been deleted. */
  readonly deletedAt: Date | undefined;
  readonly latest: boolean;
}

/**
 * The history of secrets: the versions that the mount keeps (`max_versions`, 10 unless it is set).
 *
 * A version that Vault has marked as deleted counts as a deletion: what it held cannot be read until somebody undeletes it. A destroyed one is no more. Destroying
 * the latest uncovers none: the key is absent until it is written again.
 */
export class VaultVersions implements VersionsDriver {
  readonly #connection: VaultConnection;

  constructor(connection: VaultConnection) {
    this.#connection = connection;
  }

  /** A request for each folder and each secret, and one for each version with content. */
  async listVersions({ prefix, pageToken, signal }: ListVersionsOptions): Promise<VersionPage> {
    const attempt = this.#connection.attempt('listVersions', prefix);
    const start = startOf(pageToken === undefined ? {} : { pageToken });
    const walk = walkMount(walkFor(this.#connection, { prefix, start }, attempt, signal));
    const { items, ...next } = await takePage(walk, keysAPage);
    const keys = items.map(({ text }) => text).filter((text) => isKey(text) && whyNotSecretPath(text) === undefined);
    const histories = await mapConcurrently(keys, keysAtOnce, (key) =>
      this.#history(key as ObjectKey, attempt, signal),
    );
    return { versions: histories.flat(), ...next };
  }

  async readVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<ReadResult> {
    const name = versionNamed(version);
    const result = name && (await readObject(this.#connection, key, { signal }, 'readVersion', name));
    if (result === undefined) {
      const attempt = this.#connection.attempt('readVersion', key);
      throw new VfsError({ code: 'NotFound', ...attempt, reason: `${JSON.stringify(version)} names no version` });
    }
    return result;
  }

  /** Destroys the data of a version, after a look whether the number still means that version. */
  async deleteVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<void> {
    const attempt = this.#connection.attempt('deleteVersion', key);
    this.#connection.requireHoldable(key, attempt);
    const name = versionNamed(version);
    const described = name && (await this.#described(key, attempt, signal));
    const isThere = described?.some(
      ({ number, createdTime }) => number === name?.number && createdTime === name.createdTime,
    );
    if (name !== undefined && isThere === true) {
      const path = secretPath(this.#connection.settings.mount, 'destroy', key);
      await this.#connection.send(attempt, signal, (client, options) =>
        client.write(path, { versions: [name.number] }, options),
      );
    }
  }

  /** The versions of one secret, newest first. */
  async #history(key: ObjectKey, attempt: Attempt, signal: AbortSignal): Promise<readonly ObjectVersion[]> {
    const history: ObjectVersion[] = [];
    for (const version of await this.#described(key, attempt, signal)) {
      history.push(...(await this.#versionOf(key, version, attempt, signal)));
    }
    return history;
  }

  /** None where the version is no object, or has gone meanwhile. */
  async #versionOf(
    key: ObjectKey,
    described: Described,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<readonly ObjectVersion[]> {
    const { number, createdTime, deletedAt, latest } = described;
    const revision = revisionOf(described);
    const named = { key, versionId: revision as string as VersionId, latest };
    if (deletedAt !== undefined) {
      return [{ ...named, kind: 'deletion', modifiedAt: deletedAt }];
    }
    const modifiedAt = new Date(createdTime);
    const held = await look(this.#connection, key, attempt, { signal }, number);
    if (held.kind === 'deletion') {
      return [{ ...named, kind: 'deletion', modifiedAt }];
    }
    return held.kind === 'object'
      ? [{ ...named, kind: 'content', modifiedAt, size: held.bytes.byteLength, revision }]
      : [];
  }

  /** What the metadata of a secret tell of its versions, newest first, without those that were destroyed. */
  async #described(key: ObjectKey, attempt: Attempt, signal: AbortSignal): Promise<readonly Described[]> {
    const path = secretPath(this.#connection.settings.mount, 'metadata', key);
    const { body } = await this.#connection.ask(attempt, signal, (client, options) => client.read(path, options));
    const now = this.#connection.clock.now(); // A mount may set the end of a version when it is written (`delete_version_after`).
    const { versions = {}, current_version: current } = (body?.['data'] ?? {}) as AnsweredMetadata;
    return Object.entries(versions)
      .filter(([, { destroyed }]) => !destroyed)
      .map(([number, { created_time: createdTime, deletion_time: deletion }]) => ({
        number: Number(number),
        createdTime,
        deletedAt: deletion && Date.parse(deletion) <= now ? new Date(deletion) : undefined,
        latest: Number(number) === current,
      }))
      .sort((a, b) => b.number - a.number);
  }
}

/** What "Read secret metadata" answers. */
interface AnsweredMetadata {
  readonly current_version?: number;
  readonly versions?: Readonly<
    Record<string, { readonly created_time: string; readonly deletion_time?: string; readonly destroyed?: boolean }>
  >;
}
