import { xmlText } from './xml.ts';

/** An error answer of OSS ("Error responses"): status, code and words, and elements of its own. */
export class OssError extends Error {
  readonly status: number;
  readonly code: string;
  readonly elements: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    {
      elements = {},
      headers = {},
    }: { elements?: Readonly<Record<string, string>>; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.elements = elements;
    this.headers = headers;
  }

  /** The body of the answer. */
  xml(requestId: string, hostId: string): string {
    const fields = { Code: this.code, Message: this.message, RequestId: requestId, HostId: hostId, ...this.elements };
    const lines = Object.entries(fields).map(([name, text]) => `  <${name}>${xmlText(text)}</${name}>\n`);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n${lines.join('')}</Error>\n`;
  }
}

export function invalidArgument(message: string, elements: Readonly<Record<string, string>> = {}): OssError {
  return new OssError(400, 'InvalidArgument', message, { elements });
}

export function noSuchKey(key: string, headers: Readonly<Record<string, string>> = {}): OssError {
  return new OssError(404, 'NoSuchKey', 'The specified key does not exist.', { elements: { Key: key }, headers });
}

export function preconditionFailed(condition: string): OssError {
  const message = 'At least one of the pre-conditions you specified did not hold.';
  return new OssError(412, 'PreconditionFailed', message, { elements: { Condition: condition } });
}
