import { join } from 'node:path';
import { readIfThere, type Setting, type Surroundings } from './setting.ts';
import { isMapping, readYamlDocuments } from './yaml-documents.ts';

const variable = 'KOPS_STATE_STORE';
const fileKey = 'kops_state_store';

/** What `resolveStateStore` looks at. */
export interface StateStoreInputs extends Surroundings {
  /** The value of `--state`. Undefined when the flag was not given; an explicit empty value counts. */
  readonly flag: string | undefined;
  /** The value of `--config`: the one file to read, in place of kOps's own two. */
  readonly configPath?: string;
}

/** The state store is missing or cannot be used. The message is kOps's (`cmd/kops/util/factory.go`). */
export class StateStoreError extends Error {
  override readonly name = 'StateStoreError';
}

/**
 * Finds the state store as kOps does: `--state`, else `KOPS_STATE_STORE` unless it is empty, else `kops_state_store` in the first of
 * `~/.kops.yaml` and `~/.kops/config` that exists. One slash at the end is dropped.
 *
 * Never rejects: a file that cannot be read or parsed is a warning, as it is in kOps (`cmd/kops/root.go`).
 */
export async function resolveStateStore(inputs: StateStoreInputs): Promise<Setting> {
  const setting = await findStateStore(inputs);
  return { ...setting, value: setting.value.replace(/\/$/, '') };
}

/** The state store's URL. Throws kOps's own error when there is none. */
export function requireStateStore(setting: Setting): string {
  if (setting.value === '') {
    throw new StateStoreError(
      [
        'State Store: Required value: Please set the --state flag or export KOPS_STATE_STORE.',
        'For example, a valid value follows the format s3://<bucket>.',
        'You can find the supported stores in https://kops.sigs.k8s.io/state.',
      ].join('\n'),
    );
  }
  return setting.value;
}

/** kOps's error for a state store that cannot be opened, such as one of an unknown scheme. */
export function unbuildableStateStore(url: string, reason: string): StateStoreError {
  return new StateStoreError(`error building path for "${url}": ${reason}`);
}

/** kOps's error for a state store that a running cluster could not read. */
export function unreadableStateStore(url: string): StateStoreError {
  return new StateStoreError(
    [
      `State Store: Invalid value: "${url}": Unable to read state store.`,
      'Please use a valid state store when setting --state or KOPS_STATE_STORE env var.',
      'For example, a valid value follows the format s3://<bucket>.',
      'Trailing slash will be trimmed.',
    ].join('\n'),
  );
}

async function findStateStore({ flag, env, home, configPath, readFile }: StateStoreInputs): Promise<Setting> {
  if (flag !== undefined) {
    return { value: flag, origin: { kind: 'flag', name: '--state' }, warnings: [] };
  }
  const fromEnv = env[variable];
  if (fromEnv) {
    return { value: fromEnv, origin: { kind: 'env', name: variable }, warnings: [] };
  }
  const paths = configPath ? [configPath] : [join(home, '.kops.yaml'), join(home, '.kops', 'config')];
  for (const path of paths) {
    const found = await readIfThere(path, readFile);
    if (found !== undefined) {
      return 'failure' in found ? unreadable(path, found.failure) : readStateStore(path, found.text);
    }
  }
  return configPath ? unreadable(configPath, 'no such file') : unset();
}

/** Reads the one key that kOps reads, whatever its case. */
function readStateStore(path: string, text: string): Setting {
  const result = readYamlDocuments(text);
  if (result.kind === 'broken') {
    return unreadable(path, result.problem);
  }
  const document = result.documents[0] ?? {};
  if (!isMapping(document)) {
    return unreadable(path, 'it holds no mapping');
  }
  const [key, value] = Object.entries(document).find(([name]) => name.toLowerCase() === fileKey) ?? [];
  if (key === undefined || value === null || value === undefined) {
    return unset();
  }
  if (typeof value === 'object') {
    return unreadable(path, `${key} is no text`);
  }
  return { value: String(value), origin: { kind: 'file', path, key }, warnings: [] };
}

function unreadable(path: string, problem: string): Setting {
  return unset(`error reading config: ${path}: ${problem}`);
}

function unset(...warnings: readonly string[]): Setting {
  return { value: '', origin: { kind: 'default' }, warnings };
}
