/** How a command writes its data. */
export const formats = ['table', 'json', 'yaml', 'jsonl'] as const;

/** One of `formats`. */
export type Format = (typeof formats)[number];

/** Formats that only findings can be written in. */
export const findingFormats = ['sarif', 'junit', 'github', 'markdown'] as const;

/** One of `findingFormats`. */
export type FindingFormat = (typeof findingFormats)[number];
