import type { StoreDefinition } from '../../lib/vfs/store-definition.ts';

/** A store behind a server on loopback, as a user would name it, to be opened through its real client over HTTP. */
export interface StorePlace {
  /** The scheme: `gs`. */
  readonly name: string;
  /** Names an empty store; nothing else uses it. */
  readonly definition: StoreDefinition;
  /** The variables that opening it needs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Every secret in use, so that output can be searched for them. */
  readonly secrets: readonly string[];
  /** Connections that the server holds open now. */
  openConnections(): number;
  /** Requests that the server has answered, by operation, as the server counts them. */
  requests(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}
