/** How a command writes its data. */
export const formats = ['table', 'json', 'yaml', 'jsonl'] as const;

/** One of `formats`. */
export type Format = (typeof formats)[number];
