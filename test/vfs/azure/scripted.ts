import { randomBytes } from 'node:crypto';
import { systemClock } from '../../../lib/flow/clock.ts';
import { openDriver } from '../../../lib/vfs/azure/open.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { type Fault, Front, type Received } from '../../loopback/azurite/front.ts';

/** A service that answers only what a test says, for what Azurite does not do. */
export interface Scripted {
  readonly front: Front;
  readonly store: Store;
  /** Opens another container of the same account. */
  open(container: string): Driver;
  close(): Promise<void>;
}

/** Starts it. What the script leaves out is answered with 500. */
export async function startScripted(script: (received: Received) => Fault | undefined): Promise<Scripted> {
  const front = new Front('http://127.0.0.1:9'); // Nothing is passed on.
  const endpoint = await front.start();
  front.fault = (received) => script(received) ?? { answer: 500 };
  const environment = { KEY: randomBytes(64).toString('base64') };
  const open = (container: string) =>
    openDriver(
      { url: `azureblob://account/${container}`, endpoint, credentials: { accountKey: { env: 'KEY' } } },
      { environment, clock: systemClock },
    );
  const driver = open('state');
  return {
    front,
    store: new Store(driver),
    open,
    close: async () => {
      await driver.close?.();
      await front.close();
    },
  };
}

/** A refusal as the service writes it (REST API, "Status and error codes"); HEAD has no body. */
export function refusal(answer: number, code: string, headers: Readonly<Record<string, string>> = {}): Fault {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>Words of the service.\nRequestId:1\nTime:2026-01-01T00:00:00Z</Message></Error>`;
  return { answer, headers: { 'x-ms-error-code': code, 'content-type': 'application/xml', ...headers }, body };
}
