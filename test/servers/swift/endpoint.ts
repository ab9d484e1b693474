import type { AddedCredential, Member } from './keystone-admin.ts';

/** A Swift with its Keystone that runs somewhere, and those who work there. */
export interface SwiftEndpoint {
  /** `http://127.0.0.1:…/v3`. */
  readonly authUrl: string;
  readonly region: string;
  /** Of the user `admin`. */
  readonly adminPassword: string;
  /** May do everything in a project. */
  readonly member: Member;
  readonly credential: AddedCredential;
  /** May look at everything in the same project. */
  readonly reader: Member;
  /** May do everything in a project of their own. */
  readonly other: Member;
  /** Where Swift remembers which tokens are good. */
  readonly memcachedPort: number;
}

/** By which tests are told of it. */
const variable = 'STATESYNC_TEST_SWIFT';

type Environment = Readonly<Record<string, string | undefined>>;

/** The endpoint that the environment names. */
export function swiftEndpointOf(environment: Environment): SwiftEndpoint {
  const text = environment[variable];
  if (text === undefined) {
    throw new Error(`${variable} is not set; npm run test:servers -- --only swift sets it`);
  }
  return JSON.parse(text) as SwiftEndpoint;
}

/** The same as a variable, for the tests. */
export function variablesOf(endpoint: SwiftEndpoint): Readonly<Record<string, string>> {
  return { [variable]: JSON.stringify(endpoint) };
}

/** The environment of somebody who works there, as OpenStack's dashboard offers it. */
export function environmentOf({ authUrl, region }: SwiftEndpoint, who: Member): Readonly<Record<string, string>> {
  return {
    OS_AUTH_URL: authUrl,
    OS_USERNAME: who.name,
    OS_PASSWORD: who.password,
    OS_PROJECT_NAME: who.project,
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_ID: 'default',
    OS_REGION_NAME: region,
    HOME: '/nonexistent',
  };
}
