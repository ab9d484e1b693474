import type { Identity } from '../identity.ts';
import type { Input } from './input.ts';
import type { SqsService } from './service.ts';

/** One request, proved to come from its caller. */
export interface Call {
  readonly service: SqsService;
  /** The endpoint that clients know, such as `http://127.0.0.1:40123`; queue URLs begin with it. */
  readonly endpoint: string;
  readonly identity: Identity;
  /** The region that the request was signed for. */
  readonly region: string;
  readonly input: Input;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** Answers one operation with the JSON object of its output. Throws `SqsError`. */
export type Operation = (call: Call) => object | Promise<object>;
