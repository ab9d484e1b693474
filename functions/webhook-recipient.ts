import { notificationOf } from '../lib/findings/notification.ts';
import type { Recipient } from '../lib/findings/recipient.ts';
import { withAnySignal } from '../lib/flow/any-signal.ts';
import type { Environment } from '../lib/vfs/environment.ts';
import { readSecret } from '../lib/vfs/secret-reference.ts';
import type { SecretReference } from '../lib/vfs/store-definition.ts';

/** In milliseconds. */
const timeoutMs = 10_000;

/** What a webhook is called with. */
export interface WebhookSurroundings {
  readonly environment: Environment;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Somebody who is told by a POST of JSON. The URL may hold a secret: it is read where the reference says each time, stands in no error, and no redirect is followed
 * with it.
 */
export function webhookRecipient(at: SecretReference, { environment, fetch }: WebhookSurroundings): Recipient {
  const name = 'env' in at ? `env:${at.env}` : `file:${at.file}`;
  return {
    id: `webhook:${name}`,
    tell: async (change, signal) => {
      const url = await urlAt(at, environment, name);
      const body = JSON.stringify(notificationOf(change));
      const headers = { 'content-type': 'application/json', 'user-agent': 'kops-statesync' };
      const post = (within: AbortSignal) =>
        fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: within });
      const response = await withAnySignal([signal, AbortSignal.timeout(timeoutMs)], post).catch((error: unknown) => {
        throw new Error(`the webhook (${name}) was not reached: ${causeOf(error)}`);
      });
      await response.body?.cancel();
      if (!response.ok) {
        throw new Error(`the webhook (${name}) answered ${response.status}`);
      }
    },
  };
}

async function urlAt(at: SecretReference, environment: Environment, name: string): Promise<string> {
  const text = await readSecret('webhook', at, environment).catch(() => {
    throw new Error(`the webhook (${name}) has no URL: it is not set, or cannot be read`);
  });
  if (!(URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) {
    throw new Error(`the webhook (${name}) is no URL; write it like https://chat.example.com/hooks/…`);
  }
  return text;
}

/** The name or code of what went wrong: messages of fetch quote the URL. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return 'unknown';
  }
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}
