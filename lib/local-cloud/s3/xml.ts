import { s3Error } from './errors.ts';

/** What an element holds, to be written: a list repeats its tag, `undefined` leaves it out, `@name` is an attribute. */
export type XmlValue = string | number | boolean | undefined | XmlNode | readonly XmlValue[];

/** Child elements by tag, in order. */
export interface XmlNode {
  readonly [tag: string]: XmlValue;
}

/** An element that was read. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole document in S3's namespace. */
export function writeXml(root: string, node: XmlNode | string): string {
  const content = typeof node === 'string' ? escapeXml(node) : writeNode(node);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${content}</${root}>`;
}

/** An error document; S3 writes it without a namespace. */
export function writeErrorXml(node: XmlNode): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${writeNode(node)}</Error>`;
}

/** An element that was read, in the form in which it can be written again. */
export function toNode(element: XmlElement): XmlNode | string {
  if (element.children.length === 0) {
    return element.text;
  }
  const node: Record<string, XmlValue[]> = {};
  for (const child of element.children) {
    node[child.name] = [...(node[child.name] ?? []), toNode(child)];
  }
  return node;
}

/** Reads a document and answers its root. Throws `MalformedXML` unless the root has the name expected. */
export function readXml(text: string, root: string): XmlElement {
  const element = parse(text);
  if (element?.name !== root) {
    throw s3Error('MalformedXML');
  }
  return element;
}

/** The children of a name. */
export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of the first child of a name, or undefined when there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/** Throws `MalformedXML` when the element has a child of another name: nothing is passed over unread. */
export function expectOnly(element: XmlElement, names: readonly string[]): void {
  const unknown = element.children.find((child) => !names.includes(child.name));
  if (unknown !== undefined) {
    throw s3Error('MalformedXML', {
      message: `${element.name} must not contain ${unknown.name}; allowed are ${names.join(', ')}`,
    });
  }
}

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

const token =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)[^>]*?(\/?)>|([^<]+)/gy;

function parse(text: string): XmlElement | undefined {
  const document: OpenElement = { name: '', children: [], text: '' };
  const open: OpenElement[] = [document];
  let end = 0;
  for (const match of text.matchAll(token)) {
    end = match.index + match[0].length;
    const parent = open.at(-1) ?? document;
    const [, cdata, closed, opened, empty, characters] = match;
    parent.text += cdata ?? unescapeXml(characters ?? '');
    if (opened !== undefined) {
      const element: OpenElement = { name: opened.replace(/^.*:/, ''), children: [], text: '' };
      parent.children.push(element);
      if (empty !== '/') {
        open.push(element);
      }
    } else if (closed !== undefined && open.pop()?.name !== closed.replace(/^.*:/, '')) {
      return undefined;
    }
  }
  return end === text.length && open.length === 1 && document.children.length === 1 ? document.children[0] : undefined;
}

function writeNode(node: XmlNode): string {
  return Object.entries(node)
    .map(([tag, value]) => (tag.startsWith('@') ? '' : writeElement(tag, value)))
    .join('');
}

function writeElement(tag: string, value: XmlValue): string {
  if (value === undefined) {
    return '';
  }
  if (isList(value)) {
    return value.map((item) => writeElement(tag, item)).join('');
  }
  if (typeof value !== 'object') {
    return `<${tag}>${escapeXml(String(value))}</${tag}>`;
  }
  const attributes = Object.entries(value)
    .filter(([name]) => name.startsWith('@'))
    .map(([name, text]) => ` ${name.slice(1)}="${escapeXml(String(text))}"`);
  return `<${tag}${attributes.join('')}>${writeNode(value)}</${tag}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters are written as references, for a parser would drop or change them. */
function escapeXml(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold control characters
    /[&<>"\u0000-\u001f]/g,
    (character) => escapes[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) {
      return entities[name] ?? whole;
    }
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}
