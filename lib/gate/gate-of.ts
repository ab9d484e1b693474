import type { Clock } from '../flow/clock.ts';
import type { Gate, GateMode } from '../replication/gate.ts';
import type { Waiver } from '../validation/waivers.ts';

/** What a gate goes by, besides the rules. */
export interface GateOptions {
  /** Findings that are accepted for a time. @default none */
  readonly waivers?: readonly Waiver[] | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The gate of a route; undefined where it has none. The rules are loaded when the first configuration is to be judged, so that a function that never meets
 * one starts without them.
 */
export function gateOf(mode: GateMode | 'off', { waivers = [], clock }: GateOptions): Gate | undefined {
  if (mode === 'off') {
    return undefined;
  }
  return {
    mode,
    judge: async (texts) => {
      const { judgeConfiguration } = await import('./judge-configuration.ts');
      return judgeConfiguration(texts, { waivers, now: new Date(clock.now()) });
    },
  };
}
