import type { Flag } from './probe-objects.ts';

/** What a store does that has a capability, as a sentence about it goes on. */
export const capabilityMeanings: Readonly<Record<Flag, string>> = {
  readRange: 'reads a range of bytes',
  readIfMatch: 'reads one revision, or nothing',
  readUnless: 'reads only what is no longer a revision',
  writeIfAbsent: 'creates only where nothing is',
  writeIfMatch: 'overwrites one revision only',
  deleteIfMatch: 'deletes one revision only',
  metadata: 'keeps user metadata',
  contentHeaders: 'keeps content type, encoding and cache control',
  listSorted: 'lists in the order of keys',
  listDelimiter: 'lists one level of a tree',
  listStartAfter: 'lists from a key on',
  copy: 'copies one revision by itself',
  copyConditional: 'copies onto one revision only',
  multipart: 'takes an object in parts',
  multipartConditional: 'puts parts together onto one revision only',
  multipartList: 'lists the parts that it has',
  multipartCopy: 'copies a part of one revision by itself',
  versions: 'keeps older versions',
  stronglyConsistent: 'shows at once what was written',
};
