import type { Readable } from 'node:stream';
import OSS from 'ali-oss';
import type { Keys } from './credentials.ts';
import type { OssSettings } from './settings.ts';
import type { Outcome, Transport } from './transport.ts';

/** A request as the client takes it. */
export interface ClientRequestFields {
  readonly method: string;
  readonly bucket: string;
  readonly object?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Parameters that stand alone, such as `uploads`. */
  readonly subres?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content?: Uint8Array;
  readonly stream?: Readable;
  readonly ctx: { readonly signal: AbortSignal };
}

/** What is used of Alibaba Cloud's client: it addresses and signs a request, and hands it to a transport. */
export interface SigningClient {
  request(fields: ClientRequestFields): Promise<Outcome>;
  /** Reads XML into plain objects: an element that occurs once is a value, one that occurs more often is an array. */
  parseXML(text: string): Promise<unknown>;
}

/**
 * A client of the bucket's region: V4 signatures, one attempt a call, no clock of its own, no refresh of keys (new keys get a new client).
 *
 * Its methods above `request` can neither be aborted nor read as a stream of bounded memory, and hide headers.
 */
export function createClient(
  settings: OssSettings,
  region: string,
  { accessKeyId, accessKeySecret, securityToken }: Keys,
  transport: Transport,
): SigningClient {
  const options = {
    accessKeyId,
    accessKeySecret,
    ...(securityToken === undefined ? {} : { stsToken: securityToken }),
    refreshSTSTokenInterval: Number.MAX_SAFE_INTEGER, // Without one, the client writes advice to the console.
    region: `oss-${region}`,
    internal: settings.internal,
    secure: true,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    authorizationV4: true,
    retryMax: 0,
    urllib: transport,
  };
  return new OSS(options) as unknown as SigningClient;
}
