import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, readEnvironment } from '../lib/config/env.ts';
import { hashOf, loadResolved, type ResolvedConfig, type ResolvedRoute, shortHash } from '../lib/config/resolved.ts';
import { routeNamed, storeNamed } from '../lib/config/routes.ts';
import { openControl } from '../lib/control/open-control.ts';
import { systemClock } from '../lib/flow/clock.ts';
import { createLogger, type LogFields, type Logger } from '../lib/telemetry/logger.ts';
import { openStore } from '../lib/vfs/open.ts';
import type { Store } from '../lib/vfs/store.ts';
import type { StoreDefinition } from '../lib/vfs/store-definition.ts';

/** Milliseconds kept back at the end of an invocation, to settle its messages and write its log. */
const reserveMs = 5_000;

/** What one function instance holds from its cold start on. */
export interface Configured {
  readonly environment: Environment;
  readonly config: ResolvedConfig;
  /** Writes one line of the log as it is. */
  write(line: string): void;
  /** A logger whose lines carry the version of the configuration. */
  logger(fields: LogFields): Logger;
  /** Opens a store of the configuration by its name. */
  open(name: string): Promise<Store>;
  /** Opens the control store; resolves to undefined where the configuration names none. Rejects where it cannot be one. */
  openControl(): Promise<Store | undefined>;
}

/** What an instance of a function for one route holds; its log lines carry the route too. */
export interface Runtime extends Configured {
  readonly route: ResolvedRoute;
}

/** Reads the configuration that lies beside the bundle, and the route that the function is for. Throws an error that says what to do. */
export function startRuntime(environment: Environment = readEnvironment()): Runtime {
  const configured = startConfigured(environment);
  const { config } = configured;
  const name = required(environment, 'STATESYNC_ROUTE');
  const route = routeNamed(config, name);
  if (route === undefined) {
    throw new Error(
      `STATESYNC_ROUTE names ${JSON.stringify(name)}, and the configuration has no such route; deploy again`,
    );
  }
  return { ...configured, route, logger: (fields) => configured.logger({ route: route.name, ...fields }) };
}

/** Reads the configuration that lies beside the bundle. Throws an error that says what to do. */
export function startConfigured(environment: Environment = readEnvironment()): Configured {
  const folder = required(environment, 'LAMBDA_TASK_ROOT');
  const config = loadResolved(readBundled(join(folder, 'statesync.json')));
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const base = { config: shortHash(hashOf(config)) };
  return {
    environment,
    config,
    write,
    logger: (fields) => createLogger(write, { ...base, ...fields }),
    open: (store) => openNamed(config, store, environment),
    openControl: async () => {
      const open = (definition: StoreDefinition) => openStore(definition, { environment, clock: systemClock });
      return config.control && openControl(config.control.definition, { environment, open, shared: true });
    },
  };
}

function readBundled(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(
      `${path} cannot be read (${code}): it is the configuration, which the deployment puts beside the function's code; build and deploy again`,
    );
  }
}

/** A variable that the deployment sets. Throws when it did not, or left it empty. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') {
    throw new Error(
      `the environment variable ${name} is ${value === '' ? 'empty' : 'not set'}; the deployment of the function sets it`,
    );
  }
  return value;
}

/** A signal that fires shortly before the invocation would be cut off, so that every request is over when the handler returns. */
export function deadlineSignal(remainingMs: number): AbortSignal {
  return AbortSignal.timeout(Math.max(remainingMs - Math.min(reserveMs, remainingMs / 4), 1));
}

async function openNamed(config: ResolvedConfig, name: string, environment: Environment): Promise<Store> {
  const store = storeNamed(config, name);
  if (store === undefined) {
    throw new Error(`the configuration has no store ${JSON.stringify(name)}; deploy again`);
  }
  return openStore(store.definition, { environment, clock: systemClock });
}
