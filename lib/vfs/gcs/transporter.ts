import { gaxios } from 'google-auth-library';
import type { Adapter } from './connections.ts';

/** Where Google's library sends for tokens whatever the credentials say. */
const libraryTokenUrls: ReadonlySet<string> = new Set([
  'https://www.googleapis.com/oauth2/v4/token',
  'https://oauth2.googleapis.com/token',
]);

/**
 * Google's HTTP client over our own connections. It sends every request once: retries are those of a layer around the driver.
 *
 * `tokenUrl` is the token service that the credentials name, as Google's other libraries honour it.
 */
export function createTransporter(adapter: Adapter, tokenUrl?: string): gaxios.Gaxios {
  const transporter = new gaxios.Gaxios({ adapter });
  transporter.interceptors.request.add({
    resolved: async ({ retry: _, retryConfig: __, ...options }) =>
      tokenUrl !== undefined && libraryTokenUrls.has(String(options.url)) ? { ...options, url: tokenUrl } : options,
  });
  return transporter;
}
