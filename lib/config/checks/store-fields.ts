import { parseStoreUrl } from '../../vfs/store-url.ts';
import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';

const s3Only = ['region', 'endpoint', 'pathStyle', 'account', 'credentials'] as const;

/** Fields that mean nothing for the kind of store that they stand at. */
export function checkStoreFields({ stores }: Draft): readonly Finding[] {
  return [...stores.values()].flatMap(({ path, url, fields }) => {
    const { scheme } = parseStoreUrl(url);
    const idle = scheme === 's3' ? [] : s3Only.filter((name) => fields.has(name));
    return idle.map((name) => ({
      path: [...path, name],
      message: `"${name}" has no meaning for a ${scheme}:// store; remove it`,
      part: 'key' as const,
    }));
  });
}

/** Endpoints that are reached without encryption, other than on this machine. */
export function warnOfPlainHttp({ stores }: Draft): readonly Finding[] {
  return [...stores.values()]
    .filter(({ endpoint }) => endpoint?.startsWith('http://') === true && !isLoopback(new URL(endpoint).hostname))
    .map(({ path }) => ({
      path: [...path, 'endpoint'],
      message:
        'everything that goes to this endpoint, keys and secrets too, can be read on the way; use https:// where it is served',
    }));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
