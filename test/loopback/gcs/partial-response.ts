/**
 * The part of a document that the parameter `fields` asks for, so that nothing is relied on that was not asked for:
 * https://cloud.google.com/storage/docs/json_api#partial-response. Of its syntax it knows `a,b(c,d)`.
 */
export function partOf(document: unknown, fields: string | undefined): unknown {
  return fields === undefined ? document : selected(document, parse(fields));
}

type Selection = ReadonlyMap<string, Selection>;

function selected(value: unknown, selection: Selection): unknown {
  if (selection.size === 0 || typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((one) => selected(one, selection));
  }
  const entries = Object.entries(value).filter(([name]) => selection.has(name));
  return Object.fromEntries(entries.map(([name, one]) => [name, selected(one, selection.get(name) ?? new Map())]));
}

function parse(fields: string): Selection {
  const selection = new Map<string, Selection>();
  for (const [, name = '', inner] of fields.matchAll(/(\w+)(?:\(([^()]*)\))?/g)) {
    selection.set(name, inner === undefined ? new Map() : parse(inner));
  }
  return selection;
}
