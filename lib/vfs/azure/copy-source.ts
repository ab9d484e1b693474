import { BlobSASPermissions, type BlockBlobClient, type HttpAuthorization } from '@azure/storage-blob';
import { type Driver, unwrap } from '../driver.ts';
import { undefinedWhen } from '../errors.ts';
import type { ObjectKey } from '../types.ts';
import { AzureConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { storageScope } from './token-credential.ts';

/** For how long the service may read the source, in milliseconds: longer than a copy takes. */
const readableMs = 3_600_000;

/** The source of a server-side copy, as another request of the service reads it. */
export interface CopySource {
  readonly connection: AzureConnection;
  readonly key: ObjectKey;
  readonly url: string;
  readonly authorization: { readonly sourceAuthorization?: HttpAuthorization };
}

/**
 * Names the source of a server-side copy to `destination`, and lets the service read it as the source's own credentials
 * do: with a token, or a signature for this one blob. Undefined unless both lie in one account, or in accounts of one
 * cloud: the service must reach the source.
 */
export async function copySource(
  destination: AzureConnection,
  source: Driver,
  from: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<CopySource | undefined> {
  const { driver, key } = unwrap(source, from);
  const connection = connectionOf(driver);
  if (connection === undefined || cloudOf(connection) !== cloudOf(destination)) {
    return undefined;
  }
  const grant = (blob: BlockBlobClient) => granted(connection, blob);
  return { connection, key, ...(await connection.ask(key, attempt, signal, grant)) };
}

async function granted(
  connection: AzureConnection,
  blob: BlockBlobClient,
): Promise<Pick<CopySource, 'url' | 'authorization'>> {
  const access = await connection.access();
  if (access.kind === 'key') {
    const expiresOn = new Date(connection.clock.now() + readableMs);
    const url = await blob.generateSasUrl({ permissions: BlobSASPermissions.parse('r'), expiresOn });
    return { url, authorization: {} };
  }
  const token = await access.credential.getToken(storageScope);
  return { url: blob.url, authorization: { sourceAuthorization: { scheme: 'Bearer', value: token?.token ?? '' } } };
}

/**
 * Resolves to undefined where the service refuses the copy itself, so that the bytes are sent instead: it may not reach
 * the source, nor read it as the caller does. Where reading or writing is what is denied, sending the bytes says so.
 */
export function undefinedWhenRefused<T>(copy: Promise<T>): Promise<T | undefined> {
  return undefinedWhen(copy, 'PermissionDenied', 'Unauthenticated', 'Unsupported');
}

function connectionOf(driver: Driver): AzureConnection | undefined {
  const { connection } = driver as { readonly connection?: unknown };
  return connection instanceof AzureConnection ? connection : undefined;
}

/** The service behind an endpoint: its address without the account. */
function cloudOf({ settings: { endpoint, account } }: AzureConnection): string {
  return endpoint.replace(`//${account}.`, '//').replace(new RegExp(`/${account}$`), '');
}
