/**
 * Writes messages as their senders do, from nothing but the senders' documentation and sources: the decoders are judged by it, so it
 * shares nothing with them.
 */

/** What one sender leaves unescaped in a key, and how it writes the hex digits of the rest. A space is always a plus. */
interface FormStyle {
  readonly plain: RegExp;
  readonly lowerCase?: boolean;
}

/** AWS: `java.net.URLEncoder`, with the slash left as it is. */
const aws: FormStyle = { plain: /[\w.*/-]/ };
/** MinIO: Go's `url.QueryEscape`. */
const minio: FormStyle = { plain: /[\w.~-]/ };
/** moto: Python's `quote_plus`. */
const moto: FormStyle = { plain: /[\w.~-]/ };
/** RFC 3986 lets hex digits be of either case. */
const lower: FormStyle = { plain: /[a-z]/, lowerCase: true };

export const formStyles: Readonly<Record<string, FormStyle>> = { aws, minio, moto, lower };

export function formEncode(key: string, { plain, lowerCase = false }: FormStyle): string {
  let written = '';
  for (const byte of Buffer.from(key, 'utf8')) {
    const character = String.fromCharCode(byte);
    const hex = byte.toString(16).padStart(2, '0');
    if (character === ' ') {
      written += '+';
    } else if (byte < 0x80 && plain.test(character)) {
      written += character;
    } else {
      written += `%${lowerCase ? hex : hex.toUpperCase()}`;
    }
  }
  return written;
}

/** A record of a bucket notification; `writtenKey` goes in as it is. */
export function s3Record(writtenKey: string, changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: 'state' }, object: { key: writtenKey } },
    ...changes,
  };
}

export function s3Body(...records: readonly unknown[]): string {
  return JSON.stringify({ Records: records });
}

export function eventBridgeBody(key: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    version: '0',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    detail: { version: '0', bucket: { name: 'state' }, object: { key } },
    ...changes,
  });
}

export function snsBody(message: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: '1',
    TopicArn: 'arn:aws:sns:eu-west-1:111111111111:state',
    Message: message,
    ...changes,
  });
}
