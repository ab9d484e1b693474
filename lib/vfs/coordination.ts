import type { Capabilities } from './capabilities.ts';

/** What keeps the writers of one key apart: the conditions of changes. */
export const changeConditions = ['writeIfAbsent', 'writeIfMatch', 'deleteIfMatch'] as const;

/** What a store must do so that workers can rely on it alone. */
export type Coordination = (typeof changeConditions)[number] | 'stronglyConsistent';

/** How it is said of a store that does not do it, as a sentence about it goes on. */
const lacks: Readonly<Record<Coordination, string>> = {
  writeIfAbsent: 'has no conditional create',
  writeIfMatch: 'has no conditional overwrite',
  deleteIfMatch: 'has no conditional delete',
  stronglyConsistent: 'may answer with an older revision',
};

/** What of these a store lacks, as a sentence about it goes on. */
export function lacksOf(
  capabilities: Partial<Capabilities>,
  names: readonly Coordination[] = [...changeConditions, 'stronglyConsistent'],
): readonly string[] {
  return names.filter((name) => capabilities[name] !== true).map((name) => lacks[name]);
}
