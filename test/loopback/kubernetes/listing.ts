import type { Secret } from './objects.ts';
import { badRequest } from './status.ts';
import type { SecretStorage } from './storage.ts';

/** One page of a listing. */
export interface Page {
  readonly secrets: readonly Secret[];
  readonly resourceVersion: string;
  readonly continue?: string;
}

export interface PageOptions {
  readonly namespace: string;
  readonly selector: string;
  /** Undefined: everything. */
  readonly limit: number | undefined;
  readonly continue: string | undefined;
}

/**
 * A page of the state that the first page was taken from ("Retrieving large results sets in chunks"). It may hold fewer than were asked for, even
 * none, while there is more: only the token says whether there is.
 */
export function pageOf(storage: SecretStorage, options: PageOptions): Page {
  const { revision, start } = options.continue === undefined ? firstPage(storage) : tokenOf(options.continue);
  const matches = selectorOf(options.selector);
  const all = storage.at(options.namespace, revision).filter(({ metadata }) => metadata.name >= start);
  const looked = all.slice(0, options.limit ?? all.length);
  const last = looked.at(-1)?.metadata.name ?? '';
  const more = looked.length < all.length;
  const token = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${last}\0` }));
  return {
    secrets: looked.filter(({ metadata }) => matches(metadata.labels ?? {})),
    resourceVersion: String(revision),
    ...(more ? { continue: token.toString('base64url') } : {}),
  };
}

function firstPage(storage: SecretStorage): { readonly revision: number; readonly start: string } {
  return { revision: storage.revision, start: '' };
}

function tokenOf(text: string): { readonly revision: number; readonly start: string } {
  try {
    const { rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString()) as { rv: number; start: string };
    return { revision: rv, start };
  } catch {
    throw badRequest('invalid continue token: continue key is not valid');
  }
}

/** Equality-based requirements, all of which must hold ("Labels and Selectors"). */
function selectorOf(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const requirements = text.split(',').filter((one) => one !== '');
  const pairs = requirements.map((one) => {
    const [, name, value] = /^([A-Za-z0-9][-A-Za-z0-9_./]*)==?([-A-Za-z0-9_.]*)$/.exec(one) ?? [];
    if (name === undefined) {
      throw badRequest(`unable to parse requirement: ${one}`);
    }
    return [name, value] as const;
  });
  return (labels) => pairs.every(([name, value]) => labels[name] === value);
}
