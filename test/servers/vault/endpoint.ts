/** A Vault that runs somewhere, and a token that may do everything that the tests need. */
export interface VaultEndpoint {
  /** `https://host:8200`, as in `VAULT_ADDR`. */
  readonly address: string;
  readonly token: string;
  /** A KV of version 2 to work in, under a prefix. @default mounts that the tests make, and remove */
  readonly mount?: string;
  readonly namespace?: string;
  /** File with the certificates to trust. */
  readonly caCert?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables by which a user names a Vault to test against, and by which tests are told of it. */
export const endpointVariables = {
  address: 'STATESYNC_TEST_VAULT_ADDR',
  token: 'STATESYNC_TEST_VAULT_TOKEN',
  mount: 'STATESYNC_TEST_VAULT_MOUNT',
  namespace: 'STATESYNC_TEST_VAULT_NAMESPACE',
  caCert: 'STATESYNC_TEST_VAULT_CACERT',
} as const;

/** The Vault that the environment names. Throws with the name of the variable that is missing. */
export function vaultEndpointOf(environment: Environment): VaultEndpoint {
  const of = (field: keyof typeof endpointVariables) => environment[endpointVariables[field]] || undefined;
  const [address, token, mount, namespace, caCert] = [
    of('address'),
    of('token'),
    of('mount'),
    of('namespace'),
    of('caCert'),
  ];
  if (address === undefined || token === undefined) {
    const missing = address === undefined ? endpointVariables.address : endpointVariables.token;
    throw new Error(
      `${missing} is not set; a Vault to test against is named by ${endpointVariables.address} and ${endpointVariables.token}`,
    );
  }
  return {
    address,
    token,
    ...(mount === undefined ? {} : { mount }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(caCert === undefined ? {} : { caCert }),
  };
}

/** The same as variables, for the tests of one server. */
export function variablesOf(endpoint: VaultEndpoint): Readonly<Record<string, string>> {
  const fields = Object.keys(endpointVariables) as (keyof typeof endpointVariables)[];
  return Object.fromEntries(fields.map((field) => [endpointVariables[field], endpoint[field] ?? '']));
}
