import { beforeSending, VfsError } from '../errors.ts';
import type { Remembered } from '../remembered.ts';
import type { Answer } from './answer.ts';
import { type ClientRequestFields, createClient, type SigningClient } from './client.ts';
import type { Keys } from './credentials.ts';
import { type Attempt, failureError, type Refusal, refusalOf } from './errors.ts';
import type { OssSettings } from './settings.ts';
import { type Outcome, Transport } from './transport.ts';

/** One request: to a key of the bucket, or to the bucket. */
export type OssRequest = Omit<ClientRequestFields, 'bucket' | 'ctx' | 'headers' | 'object'> & {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Who signs, and where the bucket lies; either may have to be asked for. */
export interface Identity {
  readonly keys: Remembered<Keys>;
  readonly region: Remembered<string>;
  /** Equal for two buckets that one identity reaches. */
  readonly name: string;
}

/** Signs requests to one bucket with the keys of the moment, sends them, and reads answers. Rejects with `VfsError`. */
export class Exchange {
  readonly #settings: OssSettings;
  readonly #identity: Identity;
  readonly #transport = new Transport();
  #signer: { readonly keys: Keys; readonly region: string; readonly client: SigningClient } | undefined;

  constructor(settings: OssSettings, identity: Identity) {
    this.#settings = settings;
    this.#identity = identity;
  }

  /** Sends one request. Any answer is an answer; its body is still to be read. */
  async send({ key, ...request }: OssRequest, attempt: Attempt, signal: AbortSignal): Promise<Answer> {
    refuseKey(key, attempt);
    const client = await this.#client(attempt, signal);
    const { bucket } = this.#settings;
    const object = key === undefined ? {} : { object: key };
    const fields = { headers: {}, ...request, ...object, bucket, ctx: { signal } };
    const outcome = await client.request(fields).catch((failure: unknown): Outcome => ({ failure }));
    if ('failure' in outcome) {
      throw failureError(outcome.failure, attempt, signal);
    }
    return outcome.answer;
  }

  /** The whole body of an answer. */
  async text(answer: Answer, attempt: Attempt, signal: AbortSignal): Promise<string> {
    try {
      return await answer.text();
    } catch (error) {
      throw failureError(error, attempt, signal);
    }
  }

  /** What an answer refuses with. One of which the body is torn is a refusal all the same. */
  async refusal(answer: Answer, attempt: Attempt, signal: AbortSignal): Promise<Refusal> {
    const text = await this.text(answer, attempt, signal).catch((error: VfsError) => {
      if (signal.aborted) {
        throw error;
      }
      return '';
    });
    return refusalOf(answer, text);
  }

  /** A text as XML: an element that occurs once is a value, one that occurs more often is an array. Undefined where it is none. */
  async parsed(text: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      return Object(await this.#signer?.client.parseXML(text));
    } catch {
      return undefined;
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#transport.close();
  }

  async #client(attempt: Attempt, signal: AbortSignal): Promise<SigningClient> {
    try {
      const keys = await this.#identity.keys.get(signal);
      const region = await this.#identity.region.get(signal);
      if (this.#signer?.keys !== keys || this.#signer.region !== region) {
        this.#signer = { keys, region, client: createClient(this.#settings, region, keys, this.#transport) };
      }
      return this.#signer.client;
    } catch (error) {
      throw beforeSending(failureError(error, attempt, signal));
    }
  }
}

/** OSS takes every key of ours but one that begins with a backslash ("Object naming conventions"). */
function refuseKey(key: string | undefined, { operation, target }: Attempt): void {
  if (key?.startsWith('\\') === true) {
    const reason = 'a key in OSS does not begin with a backslash';
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
}
