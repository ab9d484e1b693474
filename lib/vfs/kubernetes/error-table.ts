import { type Meaning, networkMeanings } from '../error-meanings.ts';

const mistake: Meaning = { code: 'InvalidArgument' };
const passing: Meaning = { code: 'Unavailable' };
const slowDown: Meaning = { code: 'RateLimited' };
const refusedForNow: Meaning = { code: 'Unavailable', maybeApplied: false };
const unreachable: Meaning = { code: 'Unavailable', maybeApplied: false };
const unsupported: Meaning = { code: 'Unsupported' };
const tooLarge: Meaning = { code: 'TooLarge' };
const credentials: Meaning = {
  code: 'Unauthenticated',
  hint: 'the API server does not know these credentials, or they have expired',
};
const denied: Meaning = { code: 'PermissionDenied' };
const untrusted: Meaning = {
  ...unreachable,
  hint: 'the certificate of the API server is not one that the kubeconfig trusts',
};
const noApi: Meaning = {
  code: 'InvalidArgument',
  hint: 'what answers there is no Kubernetes API; look at the server in the kubeconfig',
};

/** The `reason` of a Status (Kubernetes API conventions, "Error codes"; `StatusReason` of apimachinery). */
export const statusReasons: Readonly<Record<string, Meaning>> = {
  Unauthorized: credentials,
  Forbidden: denied,
  NotFound: { code: 'NotFound' },
  AlreadyExists: { code: 'AlreadyExists' },
  Conflict: { code: 'PreconditionFailed' },
  Gone: refusedForNow,
  Expired: refusedForNow,
  Invalid: mistake,
  BadRequest: mistake,
  MethodNotAllowed: unsupported,
  NotAcceptable: unsupported,
  UnsupportedMediaType: unsupported,
  RequestEntityTooLarge: tooLarge,
  TooManyRequests: slowDown,
  ServerTimeout: passing,
  Timeout: passing,
  StoreReadError: passing,
  InternalError: passing,
  ServiceUnavailable: passing,
};

/** What a status of HTTP means when no reason says more: gateways write their own answers. */
export const statusCodes: Readonly<Record<number, Meaning>> = {
  301: noApi,
  302: noApi,
  307: noApi,
  308: noApi,
  400: mistake,
  401: credentials,
  403: denied,
  404: noApi,
  405: noApi,
  406: unsupported,
  408: passing,
  409: refusedForNow,
  410: refusedForNow,
  413: tooLarge,
  415: unsupported,
  422: mistake,
  429: slowDown,
  500: passing,
  502: passing,
  503: passing,
  504: passing,
};

/** Failures of the network by Node's code. Before a connection stands, nothing was sent. */
export const networkCodes: Readonly<Record<string, Meaning>> = {
  ...networkMeanings(untrusted.hint),
  EPROTO: unreachable,
};
