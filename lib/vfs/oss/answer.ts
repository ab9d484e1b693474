import { isUtf8 } from 'node:buffer';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { answerBytes } from '../answer-body.ts';

/** Bytes of an answer that is read as text: a listing of 1,000 keys in their longest form has 6 MB. */
const textLimit = 16 * 1024 ** 2;

/** An answer of which the body is still to be read: to its end, or it is cut off. */
export class Answer {
  readonly status: number;
  /** By their lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly message: IncomingMessage;
  readonly #request: ClientRequest;

  constructor(request: ClientRequest, message: IncomingMessage) {
    this.#request = request;
    this.message = message;
    this.status = message.statusCode ?? 0;
    this.headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, decoded(`${value ?? ''}`)]),
    );
  }

  /** A header by its lower-case name; undefined when it is missing or empty. */
  header(name: string): string | undefined {
    return this.headers[name] || undefined;
  }

  /** The whole body as text. The connection is free again, or gone where the request was not taken whole. Rejects when it is cut short. */
  async text(): Promise<string> {
    const bytes = await answerBytes(this.message, textLimit);
    if (!this.#request.writableFinished) {
      this.cut();
    }
    return bytes.toString();
  }

  /** Closes the connection, unless the answer was read to its end. */
  cut(): void {
    this.#request.destroy();
  }
}

/** Node reads headers as Latin-1; what other clients gave an object is UTF-8. */
function decoded(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : value;
}
