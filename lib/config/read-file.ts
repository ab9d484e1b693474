import { readFile, stat } from 'node:fs/promises';
import type { Environment } from './env.ts';
import { type ParsedConfig, parseConfig } from './parse.ts';
import { maxConfigBytes, tooManyBytes } from './yaml-source.ts';

/** The name of the configuration file, looked for in the working directory. */
export const configFileName = 'statesync.yaml';

/** Reads and checks a configuration file. A file that is missing, too large or no UTF-8 is a problem like any other. */
export async function readConfigFile(path: string, environment: Environment = {}): Promise<ParsedConfig> {
  const content = await readBytes(path);
  if (typeof content === 'string') {
    return unreadable(path, content);
  }
  const text = decode(content);
  return text === undefined
    ? unreadable(path, 'the file is not valid UTF-8; save it as UTF-8')
    : parseConfig(text, path, environment);
}

/** The file's bytes, or why there are none. */
async function readBytes(path: string): Promise<Buffer | string> {
  try {
    const { size } = await stat(path);
    return size > maxConfigBytes ? tooManyBytes : await readFile(path);
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : 'unknown error';
    return `the file cannot be read (${String(code)}); check that it exists and may be read`;
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function unreadable(file: string, message: string): ParsedConfig {
  return { ok: false, problems: [{ file, line: 1, column: 1, length: 1, pointer: '', message, excerpt: '' }] };
}
