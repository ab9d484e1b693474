import type { Driver } from '../../../lib/vfs/driver.ts';
import { isVfsError, VfsError } from '../../../lib/vfs/errors.ts';
import { aroundCalls } from '../../../lib/vfs/layers/around.ts';
import type { Mutant } from './scenario.ts';

const none = { kind: 'none' } as const;
const longAgo = new Date(0);

/** Takes no lease at all. */
export const withoutLeases: Mutant = (surroundings) => ({ ...surroundings, takesLeases: false });

/** Takes every lease for one that has run out. */
export const withoutWaiting: Mutant = ({ control, ...others }) => ({
  ...others,
  control: {
    ...control,
    read: async (key, options) => {
      const result = await control.read(key, options);
      return result && { ...result, stat: { ...result.stat, modifiedAt: longAgo } };
    },
  },
});

/** Takes a lease without looking whether somebody has it. */
export const withUnconditionalLeases: Mutant = ({ control, ...others }) => ({
  ...others,
  control: { ...control, write: (key, body, options) => control.write(key, body, { ...options, precondition: none }) },
});

/** Does not notice that its lease runs out. */
export const withoutOwnClock: Mutant = (surroundings) => {
  const now = surroundings.clock.now();
  return { ...surroundings, clock: { ...surroundings.clock, now: () => now } };
};

/** Takes a change that was left unanswered for one that did not happen, and gives the lease back. */
export const withoutDoubt: Mutant = ({ destination, ...others }) => ({ ...others, destination: certain(destination) });

function certain(driver: Driver): Driver {
  return aroundCalls(driver, async (call, run) => {
    try {
      return await run(call.signal);
    } catch (error) {
      if (!(isVfsError(error) && error.maybeApplied)) {
        throw error;
      }
      const { operation, target, reason } = error;
      throw new VfsError({ code: 'Unavailable', operation, target, reason, maybeApplied: false });
    }
  });
}

/** Takes a source that may answer with what is old for one that never does. */
export const withoutOrder: Mutant = ({ source, ...others }) => ({
  ...others,
  source: { ...source, capabilities: { ...source.capabilities, stronglyConsistent: true } },
});

/** Believes "absent" at once. */
export const withoutPatience: Mutant = (surroundings) => ({ ...surroundings, lagMs: -1 });

/** Hears of no time at which the source took a content. */
export const withoutTimes: Mutant = ({ source, ...others }) => ({
  ...others,
  source: {
    ...source,
    stat: async (key, options) => ({ ...(await source.stat(key, options)), modifiedAt: undefined }),
    read: async (key, options) => {
      const result = await source.read(key, options);
      return result && { ...result, stat: { ...result.stat, modifiedAt: undefined } };
    },
  },
});
