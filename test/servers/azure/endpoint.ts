import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';

/** Where the tests find an account of the Blob service. */
export interface AzureEndpoint {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly account: string;
  readonly accountKey: string;
}

const names = {
  endpoint: 'STATESYNC_TEST_AZURE_ENDPOINT',
  account: 'STATESYNC_TEST_AZURE_ACCOUNT',
  accountKey: 'STATESYNC_TEST_AZURE_ACCOUNT_KEY',
} as const satisfies Record<keyof AzureEndpoint, string>;

/** The variables that hand an endpoint over to the tests. */
export function azureVariablesOf({ endpoint, account, accountKey }: AzureEndpoint): Readonly<Record<string, string>> {
  return { [names.endpoint]: endpoint, [names.account]: account, [names.accountKey]: accountKey };
}

/** The endpoint that was handed over. */
export function azureEndpointOf(environment: Readonly<Record<string, string | undefined>>): AzureEndpoint {
  const needed = (name: string): string => {
    const value = environment[name];
    if (!value) {
      throw new Error(`${name} is not set: run the tests of servers with npm run test:servers`);
    }
    return value;
  };
  return { endpoint: needed(names.endpoint), account: needed(names.account), accountKey: needed(names.accountKey) };
}

/** A container at that endpoint, as a user would name it. */
export function azureDefinition({ endpoint, account }: AzureEndpoint, container: string): StoreDefinition {
  return {
    url: `azureblob://${account}/${container}`,
    endpoint,
    credentials: { accountKey: { env: names.accountKey } },
  };
}
