import type { Capabilities } from '../../vfs/capabilities.ts';
import { declaredCapabilities } from '../../vfs/declared-capabilities.ts';
import type { Draft, DraftStore } from '../draft.ts';
import type { Finding } from '../finding.ts';

/** Pinned capabilities that promise more than the store's driver does: a pin can only deny. */
export function checkCapabilities({ stores }: Draft): readonly Finding[] {
  return [...stores.values()].flatMap((store) => {
    const declared = declaredCapabilities(store.scheme, { amazon: !store.onlyLikeS3 });
    return declared === undefined ? [] : promisesOf(store, declared);
  });
}

const digests = ['statChecksums', 'writeVerifies'] as const;
const limits = ['maxObjectSize', 'maxWriteSize', 'maxKeyBytes'] as const;
/** Limits that follow from the settings of a server, so that an entry may also say a larger one than its driver takes by default. */
const settable: Readonly<Record<string, readonly string[]>> = { vault: ['maxObjectSize', 'maxWriteSize'] };

function promisesOf({ path, scheme, capabilities = {} }: DraftStore, declared: Capabilities): readonly Finding[] {
  const driver = `the driver of ${scheme}:// stores`;
  const at = (...where: readonly PropertyKey[]) => [...path, 'capabilities', ...where];
  const unknownDigests = digests.flatMap((name) =>
    [...(capabilities[name] ?? []).entries()]
      .filter(([, algorithm]) => !declared[name].includes(algorithm))
      .map(([index, algorithm]) => ({
        path: at(name, index),
        message: `${driver} has no ${algorithm} here (${declared[name].join(', ') || 'none at all'}), and a pin only takes away; remove it`,
      })),
  );
  const largerLimits = limits
    .filter((name) => settable[scheme]?.includes(name) !== true && (capabilities[name] ?? 0) > declared[name])
    .map((name) => ({ path: at(name), message: beyond(driver, declared[name]) }));
  return [...unknownDigests, ...largerLimits, ...widerParts(capabilities.parts, declared.parts, driver, at)];
}

function widerParts(
  pinned: Capabilities['parts'] | undefined,
  declared: Capabilities['parts'],
  driver: string,
  at: (...where: readonly PropertyKey[]) => readonly PropertyKey[],
): readonly Finding[] {
  if (pinned === undefined) {
    return [];
  }
  const bounds = ['minSize', 'maxSize', 'maxCount'] as const;
  return bounds
    .filter((name) => (name === 'minSize' ? pinned[name] < declared[name] : pinned[name] > declared[name]))
    .map((name) => ({ path: at('parts', name), message: beyond(driver, declared[name]) }));
}

function beyond(driver: string, declared: number): string {
  return `this is wider than what ${driver} does (${declared}), and a pin only narrows; write a narrower bound, or remove it`;
}
