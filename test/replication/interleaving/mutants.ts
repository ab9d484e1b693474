import { VfsError } from '../../../lib/vfs/errors.ts';
import type { ObjectKey, ObjectStat, ReadResult } from '../../../lib/vfs/types.ts';
import type { Mutant } from './scenario.ts';

const none = { kind: 'none' } as const;

/** Writes without a condition. */
export const withUnconditionalWrites: Mutant = ({ destination, ...others }) => ({
  ...others,
  destination: {
    ...destination,
    write: (key, body, options) => destination.write(key, body, { ...options, precondition: none }),
  },
});

/** Deletes without a condition. */
export const withUnconditionalDeletes: Mutant = ({ destination, ...others }) => ({
  ...others,
  destination: {
    ...destination,
    delete: (key, options) => destination.delete(key, { ...options, precondition: none }),
  },
});

/** After a change at the destination, takes the source to be what it was before, and does not look. */
export const withoutLastLook: Mutant = ({ source, destination, ...others }) => {
  let last: ObjectStat | undefined;
  let changed = false;
  const absent = (key: ObjectKey) =>
    new VfsError({ code: 'NotFound', operation: 'stat', target: key, reason: 'remembered' });
  const remember = async <T extends ObjectStat | ReadResult | undefined>(look: Promise<T>): Promise<T> => {
    last = undefined;
    const answer = await look;
    last = answer && 'stat' in answer ? answer.stat : (answer as ObjectStat | undefined);
    return answer;
  };
  const note = async <T>(change: Promise<T>): Promise<T> => {
    const answer = await change;
    changed = true;
    return answer;
  };
  return {
    ...others,
    source: {
      ...source,
      read: (key, options) => remember(source.read(key, options)),
      stat: async (key, options) => {
        if (!changed) {
          return remember(source.stat(key, options));
        }
        changed = false;
        if (last === undefined) {
          throw absent(key);
        }
        return last;
      },
    },
    destination: {
      ...destination,
      write: (key, body, options) => note(destination.write(key, body, options)),
      delete: (key, options) => note(destination.delete(key, options)),
    },
  };
};

/** Looks at the source first and at the destination second. */
export const withSwappedLooks: Mutant = ({ source, destination, ...others }) => {
  let early: Promise<ReadResult | undefined> | undefined;
  const take = () => {
    const look = early;
    early = undefined;
    return look;
  };
  return {
    ...others,
    destination: {
      ...destination,
      stat: async (key, options) => {
        early = source.read(key, options);
        await early.catch(() => {});
        return destination.stat(key, options);
      },
    },
    source: {
      ...source,
      read: (key, options) => unlessSame(take() ?? source.read(key, options), options.unless),
      stat: async (key, options) => (await take())?.stat ?? source.stat(key, options),
    },
  };
};

async function unlessSame(
  look: Promise<ReadResult | undefined>,
  unless: string | undefined,
): Promise<ReadResult | undefined> {
  const result = await look;
  return result?.stat.revision === unless ? undefined : result;
}
