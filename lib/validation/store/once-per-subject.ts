import type { StoreSubject } from '../rule.ts';

/** The same answer as `read`, worked out once for each subject: several rules look at the same files, which take time to parse. */
export function oncePerSubject<T>(read: (subject: StoreSubject) => T): (subject: StoreSubject) => T {
  const answers = new WeakMap<StoreSubject, { readonly answer: T }>();
  return (subject) => {
    const known = answers.get(subject) ?? { answer: read(subject) };
    answers.set(subject, known);
    return known.answer;
  };
}
