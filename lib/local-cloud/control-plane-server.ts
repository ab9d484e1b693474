import type { IncomingMessage, ServerResponse } from 'node:http';
import { type SignatureRefusal, verifyControlPlaneRequest } from './control-plane-signature.ts';
import { LoopbackServer, RequestCounter, readBody } from './http.ts';
import type { IdentityRegistry } from './identity.ts';
import type { VerifiedRequest } from './sigv4.ts';

/** What every embedded service but S3 is made with. */
export interface ControlPlaneOptions {
  readonly identities: IdentityRegistry;
  /** Milliseconds since the epoch, as signatures are judged by; clients sign by the machine's clock. */
  readonly signingClock?: () => number;
  /** Hears of errors in the server itself. */
  readonly onError?: (error: unknown) => void;
}

/** Who sent a request, and what. */
export interface SignedRequest extends VerifiedRequest {
  readonly body: Buffer;
}

/** An embedded service on loopback, whose requests are signed. */
export abstract class ControlPlaneServer {
  /** Counts requests by operation. */
  readonly requests = new RequestCounter();
  protected readonly identities: IdentityRegistry;
  /** Milliseconds since the epoch. */
  protected readonly signingClock: () => number;
  readonly #server: LoopbackServer;

  constructor({ identities, signingClock = Date.now, onError }: ControlPlaneOptions) {
    this.identities = identities;
    this.signingClock = signingClock;
    this.#server = new LoopbackServer((request, response) => this.answer(request, response), onError);
  }

  /** Starts to listen and returns the endpoint. */
  start(): Promise<string> {
    return this.#server.start();
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  protected abstract answer(request: IncomingMessage, response: ServerResponse): Promise<void>;

  /** Reads a request of at most `limit` bytes and proves who sent it; `refuse` makes the error that is thrown otherwise. */
  protected async receive(
    request: IncomingMessage,
    { service, limit }: { readonly service: 'sqs' | 'sts'; readonly limit: number },
    refuse: (code: SignatureRefusal, message: string) => Error,
  ): Promise<SignedRequest> {
    const body = await readBody(request, limit);
    const judged = { service, now: this.signingClock() };
    return { ...verifyControlPlaneRequest(request, body, this.identities, judged, refuse), body };
  }
}
