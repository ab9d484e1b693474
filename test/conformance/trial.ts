import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { bytesSource, collect } from '../../lib/vfs/body.ts';
import type { Capabilities } from '../../lib/vfs/capabilities.ts';
import type { Driver } from '../../lib/vfs/driver.ts';
import { isVfsError, type VfsErrorCode } from '../../lib/vfs/errors.ts';
import type { ReadCall, Store, WriteCall } from '../../lib/vfs/store.ts';
import type { BodySource, ListPage, Revision, Written } from '../../lib/vfs/types.ts';
import { textOf } from '../support/sources.ts';
import type { Harness } from './harness.ts';

/** One store under test, and where its tests are defined. */
export class Trial {
  readonly store: Store;
  /** Another driver over the same place. */
  readonly second: Store;
  readonly capabilities: Capabilities;
  readonly harness: Harness;
  readonly #titles = new Set<string>();
  readonly #run = randomUUID().slice(0, 8);

  constructor(store: Store, second: Store, harness: Harness) {
    this.store = store;
    this.second = second;
    this.capabilities = store.capabilities;
    this.harness = harness;
  }

  get driver(): Driver {
    return this.store.driver;
  }

  /** Defines a test with a place of its own in the store. A deviation of the harness must fail. */
  test(title: string, body: (place: Place) => Promise<void>): void {
    const number = this.#titles.size;
    this.#titles.add(title);
    const deviation = this.harness.deviations?.[title];
    const name = deviation === undefined ? title : `${title} [known to fail: ${deviation}]`;
    const define = deviation === undefined ? it : it.failing;
    define(name, () => body(new Place(this.store, this.second, `${this.#run}/${number}/`)));
  }

  /** Deviations of the harness that name no test. */
  get strayDeviations(): readonly string[] {
    return Object.keys(this.harness.deviations ?? {}).filter((title) => !this.#titles.has(title));
  }
}

/** A prefix that one test has for itself, and short words for what tests do there. */
export class Place {
  readonly store: Store;
  readonly second: Store;
  readonly prefix: string;
  readonly signal = new AbortController().signal;

  constructor(store: Store, second: Store, prefix: string) {
    this.store = store;
    this.second = second;
    this.prefix = prefix;
  }

  key(name: string): string {
    return this.prefix + name;
  }

  put(name: string, content: string | BodySource, call: WriteCall = {}): Promise<Written> {
    const source = typeof content === 'string' ? bytesSource(Buffer.from(content)) : content;
    return this.store.write(this.key(name), source, call);
  }

  async text(name: string, call: ReadCall = {}): Promise<string> {
    return textOf((await this.store.read(this.key(name), call)).body);
  }

  async bytes(name: string, call: ReadCall = {}): Promise<Uint8Array> {
    return new Uint8Array(await collect((await this.store.read(this.key(name), call)).body, 1e9));
  }

  /** The text, or undefined where the key is absent. */
  async textOrNone(name: string): Promise<string | undefined> {
    return (await this.store.find(this.key(name))) === undefined ? undefined : this.text(name);
  }

  /** A revision that the key had once, and has no more. */
  async stale(name: string): Promise<Revision> {
    const { revision } = await this.put(name, 'before');
    await this.put(name, 'now');
    return revision;
  }

  page(name = '', call: Parameters<Store['listPage']>[1] = {}): Promise<ListPage> {
    return this.store.listPage(this.key(name), call);
  }

  /** Names under the prefix, in the order of the listing. */
  async names(name = ''): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const entry of this.store.list(this.key(name))) {
      names.push(entry.key.slice(this.prefix.length));
    }
    return names;
  }

  relative(texts: readonly string[]): readonly string[] {
    return texts.map((text) => text.slice(this.prefix.length));
  }
}

/** Orders texts by their UTF-8 bytes, without the help of what is tested. */
export function inBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The code of the error that a call rejects with; undefined when it resolves. Fails on anything but a `VfsError`. */
export async function codeOf(call: Promise<unknown>): Promise<VfsErrorCode | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (!isVfsError(error)) {
      throw error;
    }
    return error.code;
  }
}

/** Expects every one of several calls under way to reject with this code. */
export async function expectAll(calls: readonly Promise<unknown>[], code: VfsErrorCode): Promise<void> {
  const codes = await Promise.allSettled(calls.map(codeOf));
  expect(codes).toEqual(calls.map(() => ({ status: 'fulfilled', value: code })));
}

/** Expects a call to reject with one of these codes. */
export async function expectCode(call: Promise<unknown>, ...codes: readonly VfsErrorCode[]): Promise<void> {
  expect(codes).toContain(await codeOf(call));
}
