import type { Capabilities } from '../../lib/vfs/capabilities.ts';
import type { Driver } from '../../lib/vfs/driver.ts';
import type { Flag } from '../../lib/vfs/probe-objects.ts';

/**
 * What a driver's own test gives the suite.
 *
 * The suite asks for one driver and works in prefixes of its own, so a bucket that holds something else will do. It removes nothing.
 */
export interface Harness {
  /** A driver over a place to work in. */
  open(): Promise<Driver>;
  /** A second driver over the same place, as another process would have it. @default the first one again */
  second?(): Promise<Driver>;
  /** Releases what `open` and `second` took, but for the drivers, which the suite closes. */
  close?(): Promise<void>;
  /** Puts a raw key there that is no `ObjectKey`: a directory marker `prefix/name/`. */
  plantMarker?(key: string): Promise<void>;
  /**
   * Capabilities that the driver declares and the store does not honour, each with what the store does instead.
   *
   * The suite is run without them. One more or one less than the probe finds fails the run.
   */
  readonly notHonoured?: Readonly<Partial<Record<Flag | 'writeVerifies', string>>>;
  /** Tests of the suite, by name, that this store fails, each with what it does instead. One that passes fails the run. */
  readonly deviations?: Readonly<Record<string, string>>;
  /** How much to try at random. @default 30 sequences of commands */
  readonly modelRuns?: number;
}

/** What the suite found out before its tests. */
export interface Findings {
  /** What the tests go by: what is declared, without what is known not to be honoured. An unknown lie is left on, for the tests to show it. */
  readonly capabilities: Capabilities;
  /** Declared, and not honoured. */
  readonly notHonoured: readonly (Flag | 'writeVerifies')[];
}

/** Compares what a driver declares with what a probe found. */
export function findingsOf(
  declared: Capabilities,
  found: Partial<Capabilities>,
  known: Harness['notHonoured'] = {},
): Findings {
  const names = Object.keys(found) as (Flag | 'writeVerifies')[];
  const lies = names.filter((name) =>
    name === 'writeVerifies'
      ? declared.writeVerifies.length > (found.writeVerifies?.length ?? 0)
      : declared[name] && found[name] === false,
  );
  const off = Object.fromEntries(lies.filter((name) => name in known).map((name) => [name, found[name]]));
  return { capabilities: { ...declared, ...off }, notHonoured: lies };
}
