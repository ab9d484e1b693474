import { namePattern } from './store-schema.ts';
import { whyNotStoreUrl } from './store-url-rules.ts';

/** Why a text names no control store, with what to do; undefined when it does: a URL, or what may be the name of a store. */
export function whyNotControl(text: string): string | undefined {
  if (text.includes('://')) {
    return whyNotStoreUrl(text);
  }
  return namePattern.test(text)
    ? undefined
    : 'is neither a URL nor the name of a store; write it like s3://acme-statesync-control';
}
