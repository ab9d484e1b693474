import type { Path } from './yaml-source.ts';

/** Fields that will come, and are refused until what they ask for is built. `*` stands for one name or index. */
const notYet: readonly { readonly path: string; readonly reason: string }[] = [
  { path: '/routes/*/publish', reason: 'etcd backups are proved whole, and not verified yet' },
  { path: '/routes/*/to/*/publish', reason: 'etcd backups are proved whole, and not verified yet' },
  { path: '/stores/*/credentials/via', reason: 'a role is assumed with the credentials of the default chain' },
];

/** Why a field is refused that a later version will know, and what to do; undefined for any other. */
export function whyNotYet(path: Path): string | undefined {
  const text = path.map((segment) => `/${String(segment)}`).join('');
  const entry = notYet.find((candidate) => fits(candidate.path, text));
  return entry === undefined ? undefined : `is not part of this version: ${entry.reason}; remove it`;
}

/** Why an object class is refused that no route ever carries, and what to do. */
export const neverCarried =
  'is never replicated, since a restore would be carried out again at the other end; leave it out';

function fits(pattern: string, text: string): boolean {
  const expected = pattern.split('/');
  const segments = text.split('/');
  return (
    expected.length === segments.length && expected.every((part, index) => part === '*' || part === segments[index])
  );
}
