import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { parseDocument } from 'yaml';
import { CredentialsError } from '../credentials-error.ts';

/** Fields of an entry of a kubeconfig, as they are written there. */
export type Fields = Readonly<Record<string, unknown>>;

/** What kubeconfig files say together. */
export interface Kubeconfig {
  /** The files that are there. */
  readonly paths: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Fields>;
  readonly clusters: ReadonlyMap<string, Fields>;
  readonly users: ReadonlyMap<string, Fields>;
}

/** Fields that hold paths, which count from the directory of their file. */
const pathFields = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/**
 * Reads kubeconfig files and merges them as kubectl does: the first file that has a value or an entry of a name wins, and files that are not
 * there are passed over ("Organizing Cluster Access Using kubeconfig Files").
 *
 * Rejects with `CredentialsError` for a file that cannot be read or understood. Nothing of a file is repeated: it holds credentials.
 */
export async function readKubeconfig(paths: readonly string[]): Promise<Kubeconfig> {
  const read = await Promise.all(paths.map(async (path) => ({ path, file: await readFields(path) })));
  const files = read.flatMap(({ path, file }) => (file === undefined ? [] : [{ path, file }]));
  const merged = (list: string, field: string) =>
    firstOfEach(files.flatMap(({ path, file }) => entriesOf(path, file, list, field)));
  const current = files
    .map(({ file }) => file['current-context'])
    .find((name) => typeof name === 'string' && name !== '');
  return {
    paths: files.map(({ path }) => path),
    currentContext: current as string | undefined,
    contexts: merged('contexts', 'context'),
    clusters: merged('clusters', 'cluster'),
    users: merged('users', 'user'),
  };
}

async function readFields(path: string): Promise<Fields | undefined> {
  const text = await readFile(path, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
    if (code === 'ENOENT') {
      return undefined;
    }
    throw new CredentialsError('Unauthenticated', `kubeconfig ${path} cannot be read (${code})`);
  });
  return text === undefined ? undefined : parse(path, text);
}

function parse(path: string, text: string): Fields {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const [{ line, col } = { line: 1, col: 1 }] = error.linePos ?? [];
    throw wrong(path, `line ${line}, column ${col}: this is no valid YAML (${error.code})`);
  }
  const content: unknown = document.toJS() ?? {};
  if (!isFields(content)) {
    throw wrong(path, 'it is no mapping with clusters, users and contexts');
  }
  return content;
}

function entriesOf(path: string, file: Fields, list: string, field: string): (readonly [string, Fields])[] {
  const entries = file[list] ?? [];
  if (!Array.isArray(entries)) {
    throw wrong(path, `${list} is no list`);
  }
  return entries.map((entry: unknown, index) => {
    if (!isFields(entry) || typeof entry['name'] !== 'string') {
      throw wrong(path, `${list}[${index}] has no name`);
    }
    const fields = entry[field] ?? {};
    if (!isFields(fields)) {
      throw wrong(path, `${list}[${index}].${field} is no mapping`);
    }
    return [entry['name'], withAbsolutePaths(fields, dirname(path))] as const;
  });
}

function firstOfEach<T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  const first = new Map<string, T>();
  for (const [name, value] of entries) {
    first.set(name, first.get(name) ?? value);
  }
  return first;
}

function withAbsolutePaths(fields: Fields, directory: string): Fields {
  const paths = pathFields.flatMap((name) => {
    const path = fields[name];
    return typeof path === 'string' && path !== '' ? [[name, isAbsolute(path) ? path : join(directory, path)]] : [];
  });
  return { ...fields, ...Object.fromEntries(paths), ...commandField(fields['exec'], directory) };
}

/** A command with a slash is a path, and counts from the directory too; one without is looked up in PATH. */
function commandField(exec: unknown, directory: string): Fields {
  if (!isFields(exec)) {
    return {};
  }
  const { command } = exec;
  const relative = typeof command === 'string' && command.includes('/') && !isAbsolute(command);
  return { exec: relative ? { ...exec, command: join(directory, command) } : exec };
}

/** Whether a value is a mapping. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(path: string, what: string): CredentialsError {
  return new CredentialsError('InvalidArgument', `kubeconfig ${path}: ${what}`);
}
