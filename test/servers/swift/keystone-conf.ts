import { conf } from './swift-conf.ts';

/** The configuration of Keystone: a database in a file, tokens that need none, and passwords that are cheap to check. */
export function keystoneConf(directory: string): string {
  return conf({
    DEFAULT: { use_stderr: true },
    database: { connection: `sqlite:///${directory}/keystone.db` },
    token: { provider: 'fernet', expiration: 3600 },
    fernet_tokens: { key_repository: `${directory}/fernet` },
    // Else made where only root may write.
    fernet_receipts: { key_repository: `${directory}/fernet` },
    credential: { key_repository: `${directory}/credential` },
    cache: { enabled: true, backend: 'dogpile.cache.memory_pickle' },
    oslo_policy: { policy_dirs: `${directory}/policy.d` },
    identity: { password_hash_algorithm: 'bcrypt', password_hash_rounds: 4 },
  });
}
