import { isIP } from 'node:net';
import { VfsError } from '../errors.ts';

/** Where an account is reached, when nothing else is said, as in kOps (`util/pkg/vfs/azureclient.go`). */
export function publicEndpoint(account: string): string {
  return `https://${account}.blob.core.windows.net`;
}

/**
 * Reads the endpoint of an account into its one normal form, without a trailing slash:
 * `https://account.blob.core.chinacloudapi.cn` of a sovereign cloud, `http://127.0.0.1:10000/account` of an emulator,
 * which has the account in its path. An endpoint without a path at an address that is no name gets it, and so does any
 * with `pathStyle`.
 *
 * Throws `InvalidArgument`; the text is not repeated, because people put tokens into URLs.
 */
export function parseEndpoint(text: string, account: string, pathStyle: boolean | undefined, target: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const path = url?.pathname.replace(/\/+$/, '') ?? '';
  if (url === undefined || !isPlain(url) || (path !== '' && path !== `/${account}`)) {
    const forms = `https://${account}.HOST or http://ADDRESS:PORT/${account}`;
    const reason = `the endpoint is not of the form ${forms}; nothing else belongs into it`;
    throw new VfsError({ code: 'InvalidArgument', operation: 'open', target, reason });
  }
  const inPath = pathStyle ?? (path !== '' || isNameless(url));
  return inPath ? `${url.origin}/${account}` : url.origin;
}

function isPlain({ protocol, username, password, search, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}

/** Whether the host is an address, so that it cannot begin with the account. */
function isNameless({ hostname }: URL): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || hostname === 'localhost';
}
