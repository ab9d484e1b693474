import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { admin } from './admin.ts';
import type { VaultEndpoint } from './endpoint.ts';

/** A place at a Vault under test: a mount of its own, or a prefix of one that the user named. */
export interface VaultPlace {
  readonly title: string;
  readonly definition: StoreDefinition;
  /** Under which the tests work; empty where they have the mount for themselves. */
  readonly prefix: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Removes the mount that was made. What is left under a prefix was deleted, and its metadata stay. */
  clear(): Promise<void>;
}

/** The places of a Vault: two mounts, one that requires check-and-set; or a prefix of the mount that the endpoint names. */
export async function vaultPlaces(endpoint: VaultEndpoint): Promise<readonly VaultPlace[]> {
  const { mount } = endpoint;
  if (mount !== undefined) {
    return [placeOf(endpoint, mount, `a prefix of ${mount}/`, `statesync-test-${randomUUID()}`, async () => {})];
  }
  return Promise.all([
    madePlace(endpoint, 'a KV of version 2', {}),
    madePlace(endpoint, 'a KV that requires check-and-set and keeps three versions', {
      cas_required: true,
      max_versions: 3,
    }),
  ]);
}

async function madePlace(endpoint: VaultEndpoint, title: string, config: object): Promise<VaultPlace> {
  const name = `statesync-test-${randomUUID()}`;
  await admin(endpoint, 'POST', `sys/mounts/${name}`, { type: 'kv', options: { version: '2' } });
  await configured(endpoint, name, config);
  const clear = async () => void (await admin(endpoint, 'DELETE', `sys/mounts/${name}`));
  return placeOf(endpoint, name, title, '', clear);
}

/** A new mount answers 400 until it has been set up for versions, which Vault does after it has answered. */
async function configured(endpoint: VaultEndpoint, name: string, config: object): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin(endpoint, 'POST', `${name}/config`, config);
      return;
    } catch (error) {
      if (attempt === 50) {
        throw error;
      }
      await sleep(100);
    }
  }
}

function placeOf(
  endpoint: VaultEndpoint,
  mount: string,
  title: string,
  prefix: string,
  clear: VaultPlace['clear'],
): VaultPlace {
  const { address, token, namespace, caCert } = endpoint;
  const { protocol, host } = new URL(address);
  return {
    title: `${title} of ${host}`,
    definition: { url: `vault://${host}/${mount}/${protocol === 'http:' ? '?tls=false' : ''}` },
    prefix,
    environment: {
      VAULT_TOKEN: token,
      ...(namespace && { VAULT_NAMESPACE: namespace }),
      ...(caCert && { VAULT_CACERT: caCert }),
    },
    clear,
  };
}
