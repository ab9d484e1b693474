/** Where the demo writes: a progress bar on a terminal, plain lines elsewhere. */
export interface Screen {
  line(text: string): void;
  /** Shows how far something is; a bar on a terminal, nothing elsewhere. */
  progress(what: string, done: number, total: number): void;
}

const width = 30;

export function createScreen(out: NodeJS.WriteStream): Screen {
  const clear = out.isTTY ? '\r\u001b[K' : '';
  return {
    line: (text) => void out.write(`${clear}${text}\n`),
    progress: (what, done, total) => {
      if (out.isTTY) {
        const filled = Math.round((done / Math.max(total, 1)) * width);
        out.write(`${clear}${what} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total}`);
      }
    },
  };
}

/** Lays out rows as a table with aligned columns. */
export function table(rows: readonly (readonly [string, string])[]): string[] {
  const longest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(longest)}  ${value}`);
}
