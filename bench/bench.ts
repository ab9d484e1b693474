import type { Row } from './row.ts';

/** How much work a bench does: `full` for figures that are quoted, `quick` to see that the bounds hold. */
export type Scale = 'full' | 'quick';

/** Measures something. Rejects when the work itself went wrong; a figure beyond its bound is a row like the others. */
export type Bench = (scale: Scale) => Promise<readonly Row[]>;
