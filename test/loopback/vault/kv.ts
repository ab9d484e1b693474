import { VaultError } from './answers.ts';

/** How a mount of the KV secrets engine, version 2, is set up ("Configure the KV engine"). */
export interface KvOptions {
  /** @default 10 */
  readonly maxVersions?: number;
  /** Every write must carry `cas`. @default false */
  readonly casRequired?: boolean;
  /** Seconds after which a version is deleted. @default never */
  readonly deleteVersionAfter?: number;
  /** Bytes of one version, as JSON, that storage takes. @default 1 MiB less what storage adds */
  readonly entryLimit?: number;
}

interface Version {
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdTime: string;
  deletionTime: string;
  destroyed: boolean;
}

interface Secret {
  readonly versions: Map<number, Version>;
  current: number;
  updatedTime: string;
}

/** As storage with integrated storage adds some 250 bytes to each entry of 1 MiB. */
const defaultEntryLimit = 1024 ** 2 - 256;

/** One mount of the KV secrets engine, version 2 (`vault/api-docs/secret/kv/kv-v2`). */
export class KvMount {
  readonly #secrets = new Map<string, Secret>();
  readonly #options: KvOptions;
  readonly #now: () => number;
  #moments = 0;

  constructor(options: KvOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  has(path: string): boolean {
    return this.#secrets.has(path);
  }

  /** "Read secret version": 404 without a word for what never was, 404 with metadata for what was deleted or destroyed. */
  read(path: string, version: number | undefined): unknown {
    const secret = this.#secrets.get(path);
    const number = version || (secret?.current ?? 0);
    const found = secret?.versions.get(number);
    if (found === undefined) {
      throw new VaultError(404, []);
    }
    const metadata = describe(number, found);
    if (found.destroyed || this.#isPast(found.deletionTime)) {
      throw new VaultError(404, [], { data: null, metadata });
    }
    return { data: found.data, metadata };
  }

  /** "Create/update secret": with `cas`, only after the version of that number; 0 for a key that does not exist. */
  write(path: string, body: Readonly<Record<string, unknown>>): unknown {
    const { data, options } = body as { data?: Record<string, unknown>; options?: { cas?: unknown } };
    if (typeof data !== 'object' || data === null) {
      throw new VaultError(400, ['no data provided']);
    }
    const secret = this.#secrets.get(path) ?? { versions: new Map<number, Version>(), current: 0, updatedTime: '' };
    this.#check(options?.cas, secret.current);
    this.#requireRoom(data);
    const number = secret.current + 1;
    const createdTime = this.#time();
    const { deleteVersionAfter: seconds } = this.#options;
    const deletionTime = seconds === undefined ? '' : new Date(this.#now() + seconds * 1000).toISOString();
    const version: Version = { data, createdTime, deletionTime, destroyed: false };
    secret.versions.set(number, version);
    secret.versions.delete(number - (this.#options.maxVersions || 10));
    secret.current = number;
    secret.updatedTime = createdTime;
    this.#secrets.set(path, secret);
    return describe(number, version);
  }

  /** "Delete latest version of secret". */
  deleteLatest(path: string): void {
    const secret = this.#secrets.get(path);
    if (secret !== undefined) {
      this.deleteVersions(path, [secret.current]);
    }
  }

  /** "Delete secret versions": marks them; what is deleted or destroyed already stays as it is. */
  deleteVersions(path: string, numbers: readonly number[]): void {
    for (const version of this.#versionsOf(path, numbers)) {
      if (!version.destroyed && !this.#isPast(version.deletionTime)) {
        version.deletionTime = this.#time();
      }
    }
  }

  /** "Undelete secret versions". */
  undeleteVersions(path: string, numbers: readonly number[]): void {
    for (const version of this.#versionsOf(path, numbers)) {
      version.deletionTime = version.destroyed ? version.deletionTime : '';
    }
  }

  /** "Destroy secret versions": their data is gone for good, and their metadata stay. */
  destroyVersions(path: string, numbers: readonly number[]): void {
    for (const version of this.#versionsOf(path, numbers)) {
      version.destroyed = true;
    }
  }

  /** "Delete metadata and all versions": numbers begin at 1 again. */
  deleteMetadata(path: string): void {
    this.#secrets.delete(path);
  }

  /** "Read secret metadata". */
  metadata(path: string): unknown {
    const secret = this.#secrets.get(path);
    if (secret === undefined) {
      throw new VaultError(404, []);
    }
    const { versions, current, updatedTime } = secret;
    const described = [...versions].map(([number, version]) => {
      const { created_time, deletion_time, destroyed } = describe(number, version);
      return [number, { created_time, deletion_time, destroyed }];
    });
    return {
      cas_required: false,
      created_time: updatedTime,
      current_version: current,
      custom_metadata: null,
      delete_version_after: '0s',
      max_versions: 0,
      oldest_version: 0,
      updated_time: updatedTime,
      versions: Object.fromEntries(described),
    };
  }

  /** "List secrets": names in one folder, folders with a slash, those of deleted secrets too; 404 without a word where there are none. */
  list(folder: string): unknown {
    const names = new Set<string>();
    for (const path of this.#secrets.keys()) {
      if (path.startsWith(folder)) {
        const [name = '', ...rest] = path.slice(folder.length).split('/');
        names.add(rest.length === 0 ? name : `${name}/`);
      }
    }
    if (names.size === 0) {
      throw new VaultError(404, []);
    }
    return { keys: [...names].sort() };
  }

  #versionsOf(path: string, numbers: readonly number[]): readonly Version[] {
    if (numbers.length === 0) {
      throw new VaultError(400, ['No version number provided']);
    }
    const versions = this.#secrets.get(path)?.versions;
    return numbers.map((number) => versions?.get(number)).filter((version) => version !== undefined);
  }

  #check(cas: unknown, current: number): void {
    if (cas === undefined && this.#options.casRequired === true) {
      throw new VaultError(400, ['check-and-set parameter required for this call']);
    }
    if (cas !== undefined && Number(cas) !== current) {
      throw new VaultError(400, ['check-and-set parameter did not match the current version']);
    }
  }

  #requireRoom(data: object): void {
    const { entryLimit = defaultEntryLimit } = this.#options;
    // Go escapes these in JSON.
    const escaped = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, '\\u0000');
    if (Buffer.byteLength(escaped) > entryLimit) {
      const words = `put failed due to value being too large; got ${Buffer.byteLength(escaped)} bytes, max: ${entryLimit} bytes`;
      throw new VaultError(500, [`1 error occurred:\n\t* ${words}\n\n`]); // The status that Vault 1.21 was seen to give.
    }
  }

  #isPast(time: string): boolean {
    return time !== '' && Date.parse(time) <= this.#now();
  }

  /** RFC 3339 with nanoseconds, and never the same twice. */
  #time(): string {
    this.#moments = (this.#moments + 1) % 1_000_000;
    return new Date(this.#now()).toISOString().replace('Z', `${String(this.#moments).padStart(6, '0')}Z`);
  }
}

function describe(number: number, { createdTime, deletionTime, destroyed }: Version) {
  return {
    created_time: createdTime,
    custom_metadata: null,
    deletion_time: deletionTime,
    destroyed,
    version: number,
  };
}
