import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const load = createRequire(import.meta.url);

/** How Azurite is run, Microsoft's emulator of Azure Storage, and for whom. */
export interface AzuriteCommand {
  readonly command: readonly [program: string, ...args: string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly account: string;
  /** The account's key, made up for this run. */
  readonly accountKey: string;
}

/** Files for TLS; with them Azurite takes bearer tokens, of which it checks everything but the signature. */
export interface TlsFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/** An Azurite that runs, on loopback and a free port, with all it keeps in memory. */
export interface Azurite extends Pick<AzuriteCommand, 'account' | 'accountKey'> {
  /** `http://127.0.0.1:PORT`, without the account. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * The Blob service of the emulator that is installed with the tests, saying nothing to anybody. It knows an older
 * version of the service than the SDK speaks, and so must not look at the version.
 */
export function azuriteCommand(tls?: TlsFiles): AzuriteCommand {
  const account = 'statesynctest';
  const accountKey = randomBytes(64).toString('base64');
  const main = join(dirname(load.resolve('azurite/package.json')), 'dist/src/blob/main.js');
  const place = ['--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence'];
  const quiet = ['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--disableProductStyleUrl'];
  const secured = tls === undefined ? [] : ['--oauth', 'basic', '--cert', tls.certificate, '--key', tls.privateKey];
  return {
    command: [process.execPath, main, ...place, ...quiet, ...secured],
    environment: { AZURITE_ACCOUNTS: `${account}:${accountKey}` },
    account,
    accountKey,
  };
}

/** The version of the emulator that is installed. */
export function azuriteVersion(): string {
  const { version } = load('azurite/package.json') as { readonly version: string };
  return version;
}

/** The address that Azurite says it listens at; undefined while it has not said so. */
export function addressIn(output: string): string | undefined {
  return /successfully listens on (https?:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
}

/** Starts one in a process of its own, which ends with this one. */
export async function startAzurite(tls?: TlsFiles): Promise<Azurite> {
  const { command, environment, account, accountKey } = azuriteCommand(tls);
  const [program, ...args] = command;
  const orphan = 'data:text/javascript,process.on("disconnect", () => process.exit())';
  const child = spawn(program, ['--import', orphan, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const endpoint = await listening(child);
  return { endpoint, account, accountKey, close: () => end(child) };
}

async function listening(child: ChildProcess): Promise<string> {
  let output = '';
  const said = new Promise<string>((resolve, reject) => {
    const hear = (text: Buffer) => {
      output += text.toString();
      const address = addressIn(output);
      if (address !== undefined) {
        resolve(address);
      }
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Azurite ended with ${code}: ${output}`)));
  });
  return said;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
