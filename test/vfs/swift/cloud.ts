import { type Clock, systemClock } from '../../../lib/flow/clock.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import type { Environment } from '../../../lib/vfs/environment.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { openDriver } from '../../../lib/vfs/swift/open.ts';
import type { Account } from '../../loopback/swift/account.ts';
import type { ApplicationCredential, Project, User } from '../../loopback/swift/people.ts';
import { LoopbackSwift, type LoopbackSwiftOptions } from '../../loopback/swift/server.ts';

/** A Swift with one project and its user, and what a test needs to look at it from outside. */
export interface SwiftCloud {
  readonly swift: LoopbackSwift;
  readonly endpoint: string;
  readonly project: Project;
  readonly user: User;
  readonly credential: ApplicationCredential;
  /** The containers of the project. */
  readonly account: Account;
  /** As of a file that the dashboard offers for download. */
  readonly environment: Environment;
  /** Opens a container, with more or other variables. */
  open(definition?: Partial<StoreDefinition>, environment?: Environment): Promise<Driver>;
  store(definition?: Partial<StoreDefinition>, environment?: Environment): Promise<Store>;
  close(): Promise<void>;
}

/** The password in use. */
export const password = 'not-a-secret-password';

/** Starts it, with the container `state`. */
export async function startSwiftCloud(
  options: LoopbackSwiftOptions = {},
  clock: Clock = systemClock,
): Promise<SwiftCloud> {
  const swift = new LoopbackSwift({ clock, ...options });
  const endpoint = await swift.start();
  const { people } = swift.keystone;
  const project = people.addProject('kops');
  const user = people.addUser('operator', { password, passcode: '123456', project });
  const credential = people.addApplicationCredential('statesync', user, project);
  const account = swift.account(project.id);
  account.makeContainer('state');
  const environment: Environment = {
    OS_AUTH_URL: `${endpoint}/v3`,
    OS_USERNAME: 'operator',
    OS_PASSWORD: password,
    OS_PROJECT_NAME: 'kops',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_ID: 'default',
    OS_REGION_NAME: 'RegionOne',
    HOME: '/nonexistent',
  };
  const drivers: Driver[] = [];
  const open = async (definition: Partial<StoreDefinition> = {}, more: Environment = {}) => {
    const surroundings = { environment: { ...environment, ...more }, clock };
    const driver = await openDriver({ url: 'swift://state', ...definition }, surroundings);
    drivers.push(driver);
    return driver;
  };
  return {
    swift,
    endpoint,
    project,
    user,
    credential,
    account,
    environment,
    open,
    store: async (definition, more) => new Store(await open(definition, more)),
    close: async () => {
      await Promise.all(drivers.map((driver) => driver.close?.()));
      await swift.close();
    },
  };
}
