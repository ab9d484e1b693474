import { createHash } from 'node:crypto';
import { invalidParameter, SqsError } from './errors.ts';
import { type Input, isObject, requiredText } from './input.ts';

/** A message attribute as the JSON protocol carries it; `BinaryValue` is base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** Message attributes by name. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What a sender wrote, checked. */
export interface MessageContent {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** Bytes that count against the size limits: the body, and each attribute's name, type and value. */
  readonly size: number;
}

/** The largest message, and the largest batch, in bytes. */
export const LARGEST_MESSAGE = 1_048_576;

const MOST_ATTRIBUTES = 10;

/**
 * Reads the body and the attributes of a message that is sent. Throws `MissingParameter` without a body,
 * `InvalidMessageContents` for characters that SQS does not carry, `InvalidParameterValue` for what else is wrong.
 */
export function readContent(input: Input, maximumSize: number): MessageContent {
  const body = requiredText(input, 'MessageBody');
  // The characters of XML 1.0, which are all that SQS carries.
  if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(body)) {
    throw new SqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  if (input['MessageSystemAttributes'] !== undefined || input['MessageDeduplicationId'] !== undefined) {
    throw new SqsError('UnsupportedOperation', 'System attributes and deduplication ids are not supported here.');
  }
  const attributes = readAttributes(input['MessageAttributes'] ?? {});
  const size = Buffer.byteLength(body) + attributesSize(attributes);
  if (size > maximumSize) {
    const reason = `Message must be shorter than ${maximumSize} bytes.`;
    throw new SqsError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}`);
  }
  return { body, attributes, size };
}

/** The MD5 of a body, lower-case hexadecimal. */
export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/** The MD5 of attributes, in the encoding that SQS documents; undefined when there are none. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) {
    return undefined;
  }
  const hash = createHash('md5');
  for (const name of names) {
    const attribute = attributes[name] as MessageAttribute;
    const isText = attribute.StringValue !== undefined;
    hash.update(prefixed(Buffer.from(name)));
    hash.update(prefixed(Buffer.from(attribute.DataType)));
    hash.update(Buffer.from([isText ? 1 : 2]));
    hash.update(prefixed(valueBytes(attribute)));
  }
  return hash.digest('hex');
}

/** Those attributes that a receiver asked for: by name, by `PREFIX.*`, or all with `All` or `.*`. */
export function chosenAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  const isWanted = (name: string) =>
    wanted.some(
      (each) => each === 'All' || each === name || (each.endsWith('.*') && name.startsWith(each.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}

function readAttributes(given: unknown): MessageAttributes {
  if (!isObject(given)) {
    throw invalidParameter('MessageAttributes', JSON.stringify(given), 'Must be a map.');
  }
  const entries = Object.entries(given);
  if (entries.length > MOST_ATTRIBUTES) {
    throw invalidParameter('MessageAttributes', entries.length, `At most ${MOST_ATTRIBUTES} attributes are allowed.`);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, value: unknown): MessageAttribute {
  if (!/^(?!\.|AWS\.|Amazon\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i.test(name)) {
    throw invalidParameter('MessageAttributes', name, 'Not a valid name of a message attribute.');
  }
  const { DataType, StringValue, BinaryValue } = isObject(value) ? value : {};
  const kind = typeof DataType === 'string' ? DataType.split('.')[0] : undefined;
  if (kind === 'Binary' && typeof BinaryValue === 'string' && BinaryValue !== '') {
    return { DataType: DataType as string, BinaryValue };
  }
  const isNumber = typeof StringValue === 'string' && Number.isFinite(Number(StringValue));
  if ((kind === 'String' || (kind === 'Number' && isNumber)) && typeof StringValue === 'string' && StringValue !== '') {
    return { DataType: DataType as string, StringValue };
  }
  const reason = 'It must have a DataType of String, Number or Binary, and a value of that type that is not empty.';
  throw invalidParameter('MessageAttributes', name, reason);
}

function attributesSize(attributes: MessageAttributes): number {
  const sizes = Object.entries(attributes).map(
    ([name, attribute]) => Buffer.byteLength(name) + attribute.DataType.length + valueBytes(attribute).length,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return attribute.StringValue === undefined
    ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
    : Buffer.from(attribute.StringValue);
}

function prefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
