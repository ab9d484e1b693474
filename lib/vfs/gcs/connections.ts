import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import type { gaxios } from 'google-auth-library';
import { answerBytes } from '../answer-body.ts';
import { limitTime } from '../request-time.ts';

type GaxiosOptions = gaxios.GaxiosOptions;
type GaxiosResponse<T> = gaxios.GaxiosResponse<T>;

/** What carries out the requests of Google's HTTP client: its own extension point. */
export type Adapter = <T>(options: GaxiosOptions) => Promise<GaxiosResponse<T>>;

/** Connections to one host that may be open at a time; further requests wait for one of them. */
const maxSockets = 64;
/** Characters of an answer that is not streamed. */
const maxText = 1024 ** 2;

/**
 * Connections that are kept alive between requests, and end with them when a signal fires.
 *
 * The client's own transport cannot be used: a body that is cut off never ends for it (node-fetch 2 hears of no error of a message
 * with a length), and it reads proxies from the environment of the process.
 */
export class Connections {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets });

  /** Carries out one request. With `responseType: 'stream'` the answer's `data` is the message itself, else its JSON or its text. */
  readonly adapter: Adapter = async <T>(options: GaxiosOptions) => {
    const message = await this.#exchange(new URL(String(options.url)), options);
    const data = options.responseType === 'stream' ? message : parsed(await textOf(message));
    return {
      config: options,
      data: data as T,
      status: message.statusCode ?? 0,
      statusText: message.statusMessage ?? '',
      headers: headersOf(message),
      request: { responseURL: String(options.url) },
    };
  };

  /** Closes all connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #exchange(url: URL, { method = 'GET', headers = {}, body, signal }: GaxiosOptions): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const common = {
        method,
        headers: headers as OutgoingHttpHeaders,
        ...(signal && { signal: signal as AbortSignal }),
      };
      const request =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...common, agent: this.#https })
          : httpRequest(url, { ...common, agent: this.#http });
      request.on('response', resolve).on('error', reject);
      limitTime(request);
      if (body instanceof Readable) {
        pipeline(body, request, () => {}); // Its failure is the request's.
      } else {
        request.end(body);
      }
    });
  }
}

/** The whole answer as text. Rejects for one that is too long to be meant so, or is cut off. */
export async function textOf(message: Readable, limit = maxText): Promise<string> {
  return (await answerBytes(message, limit)).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
