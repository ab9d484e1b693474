import type { Clock } from '../../lib/flow/clock.ts';
import type { Driver, Layer } from '../../lib/vfs/driver.ts';
import { VfsError, type VfsErrorCode } from '../../lib/vfs/errors.ts';
import { aroundCalls, type DriverCall } from '../../lib/vfs/layers/around.ts';
import type { MultipartDriver } from '../../lib/vfs/multipart.ts';
import type { ReadResult } from '../../lib/vfs/types.ts';
import { createFastClock } from './clock.ts';
import { type BodyFault, isBodyFault, spoiledBody, spoiledSource } from './faults-bodies.ts';

/** What goes wrong with one call. */
export type Fault =
  | BodyFault
  /** The store answers with this error, and has done nothing. */
  | { readonly kind: 'error'; readonly code: VfsErrorCode; readonly retryAfterMs?: number }
  /** The call takes so many milliseconds longer. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The store does it, and its answer is lost: `Unavailable`. */
  | { readonly kind: 'lost-answer' }
  /** The request is lost, so the store never hears of it: `Unavailable`. */
  | { readonly kind: 'never-called' }
  /** No answer until the caller gives up. */
  | { readonly kind: 'hang' };

export interface FaultRule {
  /** As layers name it (`stat`, `read`, `write`, `delete`, `list`, `putPart`, …), or `*`. */
  readonly operation: string;
  /** The key (or prefix of a listing) that is meant. @default every key */
  readonly key?: string;
  /** Which of the calls that match, from 1 on. @default each of them */
  readonly nth?: number;
  readonly fault: Fault;
}

/** Says what goes wrong with the next call; undefined where nothing does. */
export type FaultPlan = (operation: string, key: string) => Fault | undefined;

export interface Faults {
  readonly layer: Layer;
  /** What was injected, in order: `write a/b: lost-answer`. */
  readonly injected: readonly string[];
  /** From now on nothing goes wrong. */
  stop(): void;
}

/** Injects faults by rules; the first rule that applies wins. */
export function faultsByRule(rules: readonly FaultRule[], clock?: Clock): Faults {
  const counted = rules.map((rule) => ({ rule, calls: 0 }));
  return faultsByPlan((operation, key) => {
    const matching = counted.filter(({ rule }) => matches(rule, operation, key));
    for (const one of matching) {
      one.calls += 1;
    }
    return matching.find(({ rule, calls }) => rule.nth === undefined || rule.nth === calls)?.rule.fault;
  }, clock);
}

export interface RandomFaults {
  /** The same seed gives the same faults to the same calls. */
  readonly seed: number;
  /** The share of calls with which something goes wrong, from 0 to 1. */
  readonly rate: number;
  /** What may go wrong. */
  readonly faults: readonly Fault[];
  /** @default every operation */
  readonly operations?: readonly string[];
}

/** Injects faults at random, but the same ones for the same seed. */
export function faultsAtRandom({ seed, rate, faults, operations }: RandomFaults, clock?: Clock): Faults {
  const random = seededRandom(seed);
  return faultsByPlan((operation) => {
    const hit = random() < rate;
    const fault = faults[Math.floor(random() * faults.length)];
    return hit && (operations?.includes(operation) ?? true) ? fault : undefined;
  }, clock);
}

/** Injects what a plan says. Delays pass on `clock`, at once by default. */
export function faultsByPlan(plan: FaultPlan, clock: Clock = createFastClock()): Faults {
  const injected: string[] = [];
  let active = true;
  const next: FaultPlan = (operation, key) => {
    const fault = active ? plan(operation, key) : undefined;
    if (fault !== undefined) {
      injected.push(`${operation} ${key}: ${fault.kind}`);
    }
    return fault;
  };
  const layer: Layer = (inner) => {
    const driver = aroundCalls(inner, async (call, run) => {
      const fault = next(call.operation, call.key);
      return spoiledAnswer(await carryOut(fault, call, clock, run), fault);
    });
    return { ...driver, ...withFaultySources(inner, driver, next, clock) };
  };
  return {
    layer,
    injected,
    stop: () => {
      active = false;
    },
  };
}

/** A generator of uniform numbers in [0, 1) that repeats itself for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function matches(rule: FaultRule, operation: string, key: string): boolean {
  return (rule.operation === '*' || rule.operation === operation) && (rule.key === undefined || rule.key === key);
}

/** The calls that send bytes: a fault may lie in the bytes. */
function withFaultySources(inner: Driver, driver: Driver, next: FaultPlan, clock: Clock): Partial<Driver> {
  const { multipart } = driver;
  const through = <T>(
    operation: string,
    key: string,
    signal: AbortSignal,
    run: (fault: Fault | undefined, signal: AbortSignal) => Promise<T>,
  ) => {
    const fault = next(operation, key);
    return carryOut(fault, { operation, key, url: inner.url, signal }, clock, (s) => run(fault, s));
  };
  const write: Driver['write'] = (key, source, options) =>
    through('write', key, options.signal, (fault, signal) =>
      inner.write(key, isBodyFault(fault) ? spoiledSource(source, fault) : source, { ...options, signal }),
    );
  const putPart =
    (of: MultipartDriver): MultipartDriver['putPart'] =>
    (upload, number, source, options) =>
      through('putPart', upload.key, options.signal, (fault, signal) =>
        of.putPart(upload, number, isBodyFault(fault) ? spoiledSource(source, fault) : source, { ...options, signal }),
      );
  return {
    write,
    ...(multipart && inner.multipart && { multipart: { ...multipart, putPart: putPart(inner.multipart) } }),
  };
}

async function carryOut<T>(
  fault: Fault | undefined,
  call: Pick<DriverCall, 'operation' | 'key' | 'url' | 'signal'>,
  clock: Clock,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal } = call;
  switch (fault?.kind) {
    case 'error':
      throw failure(call, fault.code, 'the store answered so', fault.retryAfterMs);
    case 'delay':
      await clock.sleep(fault.ms, signal);
      return run(signal);
    case 'lost-answer':
      await run(signal);
      throw failure(call, 'Unavailable', 'the answer was lost');
    case 'never-called':
      throw failure(call, 'Unavailable', 'the request was lost');
    case 'hang':
      return hang(signal);
    case 'truncated-body':
    case 'torn-body':
    case 'flipped-byte':
    case undefined:
      return run(signal);
  }
}

function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fire = () => reject(signal.reason);
    if (signal.aborted) {
      fire();
    }
    signal.addEventListener('abort', fire, { once: true });
  });
}

function failure(
  { operation, url, key }: Pick<DriverCall, 'operation' | 'key' | 'url'>,
  code: VfsErrorCode,
  what: string,
  retryAfterMs?: number,
): VfsError {
  const details = { code, operation, target: `${url}/${key}`, reason: `${what} (injected)` };
  return new VfsError(retryAfterMs === undefined ? details : { ...details, retryAfterMs });
}

function spoiledAnswer<T>(answer: T, fault: Fault | undefined): T {
  if (!(isBodyFault(fault) && typeof answer === 'object' && answer !== null && 'body' in answer)) {
    return answer;
  }
  return { ...answer, body: spoiledBody((answer as unknown as ReadResult).body, fault) };
}
