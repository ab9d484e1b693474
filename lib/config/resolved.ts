import { createHash } from 'node:crypto';
import type { DeletePolicy, ObjectClass } from '../kops/object-class.ts';
import type { Waiver } from '../validation/waivers.ts';
import type { SecretReference, StoreDefinition } from '../vfs/store-definition.ts';
import type { Brake, GateMode } from './defaults.ts';

// Kept free of the YAML and schema libraries: functions load their configuration with this file alone.

/** A store of the configuration, ready to be opened. */
export interface ResolvedStore {
  /** What `openStore` takes. */
  readonly definition: StoreDefinition;
  readonly scheme: string;
  /** The bucket, the directory, or the name of a memory store. */
  readonly root: string;
  /** Without slashes at its ends; empty at the root. */
  readonly prefix: string;
}

/** One destination of a route, with nothing left to be guessed. */
export interface ResolvedDestination {
  /** The name of its store. */
  readonly store: string;
  /** The classes that it gets. */
  readonly classes: readonly ObjectClass[];
  /** What becomes of a replica when its source is deleted; for each class that it gets. */
  readonly deletes: Readonly<Partial<Record<ObjectClass, DeletePolicy>>>;
}

/** One route, with nothing left to be guessed. */
export interface ResolvedRoute {
  readonly name: string;
  /** The name of the source's store. */
  readonly from: string;
  readonly clusters: readonly string[];
  /** What becomes of a configuration that is invalid. */
  readonly gate: GateMode;
  readonly brake: Brake;
  readonly to: readonly ResolvedDestination[];
}

/** Somebody who is told when the findings of a cluster change. */
export type NotifyTarget =
  /** ARN of a topic. */
  | { readonly sns: string }
  /** Name or ARN of an event bus. */
  | { readonly eventBridge: string }
  /** Where the URL is found. */
  | { readonly webhook: SecretReference };

/** How clusters are judged when they have changed, and by the clock. */
export interface ResolvedValidation {
  /** For how long a cluster has been quiet before it is judged, in seconds. */
  readonly settle: number;
  readonly notify: readonly NotifyTarget[];
}

/** A checked configuration with its defaults filled in. Plain data: `statesync.json`, which the functions' bundle carries. */
export interface ResolvedConfig {
  readonly version: 1;
  readonly stores: Readonly<Record<string, ResolvedStore>>;
  readonly routes: readonly ResolvedRoute[];
  /** The control store, where one is named. */
  readonly control?: ResolvedStore;
  /** Absent where clusters are not judged. */
  readonly validate?: ResolvedValidation;
  /** What validation finds and is accepted for a time; absent where nothing is. */
  readonly waivers?: readonly Waiver[];
}

/** The shape of `statesync.json`; raised with every change of `ResolvedConfig`. */
const format = 3;

/** SHA-256 over the canonical JSON of a resolved configuration, in hex: equal for equal meaning, whatever the file looked like. */
export function hashOf(config: ResolvedConfig): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex');
}

/** The first twelve digits of a hash, for log lines. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

/** Writes `statesync.json`. */
export function writeResolved(config: ResolvedConfig): string {
  return `${JSON.stringify({ format, hash: hashOf(config), config }, undefined, 2)}\n`;
}

/**
 * Reads `statesync.json`. Its hash proves that it is what `writeResolved` wrote, so that nothing has to be checked again.
 *
 * Throws an error that says what to do, when the text was cut short, changed by hand, or written by another version.
 */
export function loadResolved(text: string): ResolvedConfig {
  const bundle = parseBundle(text);
  if (bundle.format !== format) {
    throw unusable('is of another format than this version reads');
  }
  if (!isObject(bundle.config) || bundle.hash !== hashOf(bundle.config as ResolvedConfig)) {
    throw unusable('has been changed since it was written');
  }
  return bundle.config as ResolvedConfig;
}

interface Bundle {
  readonly format?: unknown;
  readonly hash?: unknown;
  readonly config?: unknown;
}

function parseBundle(text: string): Bundle {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // The parser's own message quotes the text.
    throw unusable('is no JSON');
  }
}

function unusable(reason: string): Error {
  return new Error(`statesync.json ${reason}; change statesync.yaml instead, build again and deploy`);
}

/** JSON without white space, with the fields of every object in the order of their names. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    isObject(part) && !Array.isArray(part) ? sorted(part) : part,
  );
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
