import type { Meaning } from '../error-meanings.ts';

const passing: Meaning = { code: 'Unavailable' };
const notNow: Meaning = { code: 'Unavailable', maybeApplied: false };
const tooLarge: Meaning = { code: 'TooLarge' };
const elsewhere: Meaning = { code: 'InvalidArgument', hint: 'Vault redirects to another path or protocol' };

/** The token is none that Vault knows. */
export const invalidToken = /\binvalid token\b|\bmissing client token\b|\bbad token\b/i;

/** The server's configuration does not let a client say which node is to answer (`allow_forwarding_via_header`). */
export const noForwarding = /\bforwarding via header\b.*\bdisabled\b/i;

/** What Vault says in words, where the status alone says something else or too little. Looked at in this order. */
export const sentences: readonly { readonly says: RegExp; readonly meaning: Meaning }[] = [
  { says: /check-and-set parameter did not match/i, meaning: { code: 'PreconditionFailed' } },
  { says: invalidToken, meaning: { code: 'Unauthenticated', hint: 'the token has expired or was revoked' } },
  // Of integrated storage, of Consul, and of the listener, which limits a request and each text in it (`max_json_string_value_length`). Mostly with 500.
  {
    says: /value being too large|exceeds \d+ byte limit|body too large|value exceeds allowed length/i,
    meaning: tooLarge,
  },
  { says: /no handler for route/i, meaning: { code: 'InvalidArgument', hint: 'nothing is mounted there' } },
  { says: /unsupported path/i, meaning: { code: 'InvalidArgument' } },
  { says: /upgrading from non-versioned/i, meaning: notNow },
  { says: /vault is sealed/i, meaning: { ...notNow, hint: 'it has to be unsealed' } },
  { says: /active cluster node not found|node not active/i, meaning: notNow },
];

/** What a status means (HTTP API, "HTTP status codes"), where no sentence says more. */
export const statusCodes: Readonly<Record<number, Meaning>> = {
  301: elsewhere,
  302: elsewhere,
  307: elsewhere,
  308: elsewhere,
  400: { code: 'InvalidArgument' },
  401: { code: 'Unauthenticated' },
  403: { code: 'PermissionDenied' },
  405: { code: 'Unsupported' },
  // Of Vault Enterprise, and no condition on the key: "can't be processed yet due to some missing eventually consistent data".
  412: { ...notNow, hint: 'this node has not yet seen the latest state' },
  413: tooLarge,
  429: { code: 'RateLimited' },
  472: notNow,
  473: notNow,
  500: passing,
  501: { ...notNow, hint: 'Vault is not initialized' },
  502: passing,
  503: passing,
  504: passing,
};

/** Failures of TLS that are settings; the others of the network are as everywhere. */
export const tlsCodes: Readonly<Record<string, Meaning>> = {
  EPROTO: { code: 'InvalidArgument', hint: 'the server speaks no TLS; "?tls=false" in the URL says so' },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    code: 'InvalidArgument',
    hint: 'the server speaks no TLS; "?tls=false" in the URL says so',
  },
};
