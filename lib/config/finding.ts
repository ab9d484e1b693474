import type { Path } from './yaml-source.ts';

/** Something wrong with the data of a configuration file; a problem once it has a position. */
export interface Finding {
  readonly path: Path;
  /** One sentence: what is wrong, what was expected, what to do. */
  readonly message: string;
  /** What the caret stands under. @default 'value' */
  readonly part?: 'key' | 'value';
}
