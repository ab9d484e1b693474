import { type Driver, unwrap } from '../driver.ts';
import { isVfsError, VfsError } from '../errors.ts';
import type { CopyOptions, ObjectKey, Written } from '../types.ts';
import { conditionQuery, generationOf } from './conditions.ts';
import { GcsConnection } from './connection.ts';
import { objectPart } from './object-names.ts';
import { type ObjectResource, objectFields, resourceOf, revisionOf, writtenOf } from './object-resource.ts';

/** The answer to one request of a rewrite: the object, or where to go on. */
interface RewriteDocument {
  readonly done?: boolean;
  readonly rewriteToken?: string;
  readonly resource?: ObjectResource;
}

/**
 * Copies an object inside Google Cloud Storage; undefined where that cannot be done and the bytes must be sent.
 *
 * A rewrite to another place or class takes several requests for a large object; each goes on where the one before it ended.
 */
export async function copyObject(
  destination: GcsConnection,
  source: Driver,
  from: ObjectKey,
  to: ObjectKey,
  options: CopyOptions,
): Promise<Written | undefined> {
  const { driver, key } = unwrap(source, from);
  const origin = connectionOf(driver);
  if (origin === undefined || !areNeighbours(origin, destination)) {
    return undefined;
  }
  try {
    return await rewrite(destination, origin, key, to, options);
  } catch (error) {
    // A policy that allows reading and writing may still deny copying; where one of them is denied, sending the bytes says so.
    if (isVfsError(error, 'PermissionDenied')) {
      return undefined;
    }
    throw isVfsError(error, 'AlreadyExists') ? await blamed(error, origin, key, options) : error;
  }
}

async function rewrite(
  destination: GcsConnection,
  origin: GcsConnection,
  from: ObjectKey,
  to: ObjectKey,
  { sourceIfMatch, precondition, headers, metadata, signal }: CopyOptions,
): Promise<Written> {
  const attempt = destination.attempt('copy', to, precondition);
  const path = `${origin.pathOf(from, attempt)}/rewriteTo${objectPart(destination.settings.bucket, to, attempt)}`;
  // A document that says something replaces all that the source has beside its content; an empty one would leave it.
  const body = JSON.stringify(resourceOf(headers, metadata, attempt));
  const query = {
    fields: `done,rewriteToken,resource(${objectFields})`,
    ifSourceGenerationMatch: generationOf(sourceIfMatch, attempt),
    ...conditionQuery(precondition, attempt),
  };
  let token: { readonly rewriteToken?: string } = {};
  for (;;) {
    const { done, rewriteToken, resource } = await destination.ask<RewriteDocument>(
      { method: 'POST', path, query: { ...query, ...token }, headers: json, body },
      attempt,
      signal,
    );
    if (done === true) {
      return writtenOf(resource ?? {}, attempt, destination.settings.capabilities.versions);
    }
    if (rewriteToken === undefined) {
      const { operation, target } = attempt;
      throw new VfsError({
        code: 'Unknown',
        operation,
        target,
        reason: 'the store says that there is more to copy, and not how',
      });
    }
    token = { rewriteToken };
  }
}

const json = { 'content-type': 'application/json; charset=UTF-8' };

/** The store does not say which of two conditions did not hold: it was the source's, where the source has changed. */
async function blamed(
  error: VfsError,
  origin: GcsConnection,
  from: ObjectKey,
  options: CopyOptions,
): Promise<VfsError> {
  const attempt = origin.attempt('copy', from);
  const request = { method: 'GET', path: origin.pathOf(from, attempt), query: { fields: 'generation' } } as const;
  const now = revisionOf(await origin.ask<ObjectResource>(request, attempt, options.signal), attempt);
  if (now === options.sourceIfMatch) {
    return error;
  }
  const { operation, target } = error;
  const reason = `the generation of the source is ${now}, and ${options.sourceIfMatch} was wanted`;
  return new VfsError({ code: 'PreconditionFailed', operation, target, reason });
}

function connectionOf(driver: Driver): GcsConnection | undefined {
  const { connection } = driver as { readonly connection?: unknown };
  return connection instanceof GcsConnection ? connection : undefined;
}

/** One identity, at one address, can reach both. */
function areNeighbours(a: GcsConnection, b: GcsConnection): boolean {
  return a.settings.endpoint === b.settings.endpoint && a.identity === b.identity;
}
