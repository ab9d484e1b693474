/** An element of XML that was read. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** What XML 1.0 allows, by its section 2.2. */
const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Reads a document of elements, attributes and texts, and throws for whatever is not well-formed. */
export function readXml(source: string): Element {
  if (!allowed.test(source)) {
    throw new Error('a sign that XML does not allow');
  }
  const tokens = [
    ...source.replace(/^<\?xml [^?]*\?>\s*/, '').matchAll(/<(\/?)([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/gy),
  ];
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string }[] = [
    { name: '', attributes: {}, children: [], text: '' },
  ];
  let length = 0;
  for (const [whole, closing, name = '', attributes = '', empty, text] of tokens) {
    length += whole.length;
    const top = open.at(-1)!;
    if (text !== undefined) {
      top.text += decoded(text);
    } else if (closing === '/') {
      if (open.pop()?.name !== name) {
        throw new Error(`</${name}> closes something else`);
      }
    } else {
      const element = { name, attributes: attributesOf(attributes), children: [], text: '' };
      top.children.push(element);
      if (empty !== '/') {
        open.push(element);
      }
    }
  }
  const [root] = open[0]!.children;
  if (open.length !== 1 || root === undefined || length !== source.replace(/^<\?xml [^?]*\?>\s*/, '').length) {
    throw new Error('not well-formed');
  }
  return root;
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decoded(value)]),
  );
}

function decoded(text: string): string {
  return text.replace(/&(#(\d+);|(\w+);|)/g, (_all, _body: string, code?: string, name?: string) => {
    const sign = code === undefined ? entities[name ?? ''] : String.fromCodePoint(Number(code));
    if (sign === undefined) {
      throw new Error('an entity that nobody knows');
    }
    return sign;
  });
}
