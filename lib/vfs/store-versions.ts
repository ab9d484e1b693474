import type { Driver } from './driver.ts';
import { callDriver, parseKeyOf, refuseUnless } from './store-call.ts';
import type { ReadResult, VersionId } from './types.ts';
import type { ObjectVersion, VersionPage, VersionsDriver } from './versions.ts';

/** The history of keys: the versions half of `Store`. Refuses with `Unsupported` where the store keeps none. */
export class StoreVersions {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** All versions of the keys under a prefix: by key ascending, within a key newest first. */
  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<ObjectVersion, void, undefined> {
    let pageToken: string | undefined;
    do {
      const options = pageToken === undefined ? { prefix, signal } : { prefix, signal, pageToken };
      const page: VersionPage = await this.#call('listVersions', prefix, signal, (versions) =>
        versions.listVersions(options),
      );
      yield* page.versions;
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
  }

  async read(key: string, version: VersionId, signal: AbortSignal): Promise<ReadResult> {
    return this.#call('readVersion', key, signal, (versions) =>
      versions.readVersion(parseKeyOf(this.#driver, 'readVersion', key), version, { signal }),
    );
  }

  async delete(key: string, version: VersionId, signal: AbortSignal): Promise<void> {
    await this.#call('deleteVersion', key, signal, (versions) =>
      versions.deleteVersion(parseKeyOf(this.#driver, 'deleteVersion', key), version, { signal }),
    );
  }

  #call<T>(
    operation: string,
    key: string,
    signal: AbortSignal,
    run: (versions: VersionsDriver) => Promise<T>,
  ): Promise<T> {
    return callDriver(this.#driver, operation, key, signal, async () => {
      const versions = this.#driver.capabilities.versions ? this.#driver.versions : undefined;
      refuseUnless(versions !== undefined, this.#driver, operation, key, 'versions: it keeps none');
      return run(versions as VersionsDriver);
    });
  }
}
