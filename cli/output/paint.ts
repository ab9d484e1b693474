const codes = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

/** What a text may look like on a terminal. */
export type Style = keyof typeof codes;

/** Puts a style on a text, or leaves it as it is where colour is off. */
export type Paint = (style: Style, text: string) => string;

/** A painter that paints only when `color` is on. */
export function createPaint(color: boolean): Paint {
  return (style, text) => (color ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}
