import { relative, resolve } from 'node:path';
import type { ParsedConfig } from '../lib/config/parse.ts';
import { formatProblem, type Problem } from '../lib/config/problem.ts';
import { resolveConfig } from '../lib/config/resolve.ts';
import type { ResolvedConfig } from '../lib/config/resolved.ts';
import { isVfsError } from '../lib/vfs/errors.ts';
import { openStore } from '../lib/vfs/open.ts';
import type { Store } from '../lib/vfs/store.ts';
import type { StoreDefinition } from '../lib/vfs/store-definition.ts';
import { exists } from './exists.ts';
import { usageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { type FindingFormat, type Format, formats } from './output/format.ts';
import { createPaint, type Paint } from './output/paint.ts';

/** The options that every command has. */
export interface GlobalOptions {
  readonly output: Format | FindingFormat;
  readonly config?: string;
  readonly quiet?: boolean;
  /** False with `--no-color`. */
  readonly color: boolean;
  readonly debug?: boolean;
}

/** A configuration file that may be used. */
export interface LoadedConfig {
  /** As a person would write it from the working directory. */
  readonly path: string;
  readonly parsed: Extract<ParsedConfig, { readonly ok: true }>;
  readonly resolved: ResolvedConfig;
}

/** What a command works with. Lives for one command. */
export class CommandContext {
  readonly io: Io;
  /** How findings are written. */
  readonly findingFormat: Format | FindingFormat;
  readonly quiet: boolean;
  /** Paints on stdout. */
  readonly paint: Paint;
  readonly #configPath: string | undefined;
  readonly #stores: Store[] = [];
  #config: Promise<LoadedConfig | undefined> | undefined;

  constructor(io: Io, options: GlobalOptions) {
    this.io = io;
    this.findingFormat = options.output;
    this.quiet = options.quiet === true;
    this.paint = createPaint(options.color && io.stdout.isTTY && io.env.NO_COLOR === undefined);
    this.#configPath = options.config;
  }

  /** How data is written. Throws a usage error for a format that only findings have. */
  get format(): Format {
    const format = formats.find((one) => one === this.findingFormat);
    if (format === undefined) {
      throw usageError(
        `-o ${this.findingFormat}: only validate and doctor write that; the formats here are ${formats.join(', ')}`,
      );
    }
    return format;
  }

  /** Tells the user something. */
  async say(text: string): Promise<void> {
    await this.io.stderr.write(`${text}\n`);
  }

  /** Tells the user something that is left out with `--quiet`. */
  async note(text: string): Promise<void> {
    await (this.quiet ? undefined : this.say(text));
  }

  /** Tells the user something that must not be missed. */
  async warn(text: string): Promise<void> {
    await this.say(`warning: ${text}`);
  }

  /** The configuration: `--config`, else `statesync.yaml` in the working directory, else none. Rejects when it cannot be used. */
  config(): Promise<LoadedConfig | undefined> {
    this.#config ??= this.#loadConfig();
    return this.#config;
  }

  /** Reads the configuration, right or not; undefined where there is none. */
  async readConfig(): Promise<{ readonly path: string; readonly parsed: ParsedConfig } | undefined> {
    const { cwd, env } = this.io;
    // The parsers of the configuration take most of the time that the program would need to start: they are loaded when they are needed.
    const { configFileName, readConfigFile } = await import('../lib/config/read-file.ts');
    const path = resolve(cwd, this.#configPath ?? configFileName);
    if (this.#configPath === undefined && !(await exists(path))) {
      return undefined;
    }
    return { path: shownPath(path, cwd), parsed: withShownPath(await readConfigFile(path, env), cwd) };
  }

  /** Opens a store, which is closed when the command ends. Throws a usage error for one that cannot be opened as it was named. */
  async open(definition: StoreDefinition, options: { readonly readOnly: boolean }): Promise<Store> {
    const { env, clock } = this.io;
    try {
      const store = await openStore(definition, { environment: env, clock, ...options });
      this.#stores.push(store);
      return store;
    } catch (error) {
      throw isVfsError(error, 'InvalidArgument') ? usageError(error.message, error) : error;
    }
  }

  /** Releases all that the command opened. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#stores.map((store) => store.close()));
  }

  async #loadConfig(): Promise<LoadedConfig | undefined> {
    const found = await this.readConfig();
    if (found === undefined) {
      return undefined;
    }
    if (!found.parsed.ok) {
      throw usageError(`the configuration cannot be used\n${found.parsed.problems.map(formatProblem).join('\n')}`);
    }
    return { path: found.path, parsed: found.parsed, resolved: resolveConfig(found.parsed.config) };
  }
}

function shownPath(path: string, cwd: string): string {
  const fromHere = relative(cwd, path);
  return fromHere.startsWith('..') ? path : fromHere;
}

function withShownPath(parsed: ParsedConfig, cwd: string): ParsedConfig {
  const shown = (problem: Problem): Problem => ({ ...problem, file: shownPath(problem.file, cwd) });
  return parsed.ok
    ? { ...parsed, warnings: parsed.warnings.map(shown) }
    : { ...parsed, problems: parsed.problems.map(shown) };
}
