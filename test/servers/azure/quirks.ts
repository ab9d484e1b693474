import type { Quirks } from '../s3/quirks.ts';

/**
 * What Azurite 3.35.0 does otherwise than the driver says of the Blob service. One more or one less fails the run.
 *
 * The deviation is not Azurite's own: it is how blocks work ("Put Block List": blocks that it does not name are thrown
 * away).
 */
export const azuriteQuirks: Quirks = {
  notHonoured: {
    copy: 'answers 501 to Put Blob From URL',
    copyConditional: 'answers 501 to Put Blob From URL',
    multipartCopy: 'answers 501 to Put Block From URL',
    versions: 'keeps none',
  },
  deviations: {
    'uploads of one key do not touch each other; the last to complete wins':
      'a blob has one list of blocks that wait; the first upload to complete throws away those of the others',
  },
};
