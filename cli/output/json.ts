/** The version of the documents that commands write. It changes only when a field goes or changes its meaning. */
export const schemaVersion = 1;

/** A document as JSON, over several lines. */
export function toJson(document: object): string {
  return `${JSON.stringify({ schemaVersion, ...document }, null, 2)}\n`;
}

/** A document as JSON, on one line. */
export function toJsonLine(document: object): string {
  return `${JSON.stringify({ schemaVersion, ...document })}\n`;
}
