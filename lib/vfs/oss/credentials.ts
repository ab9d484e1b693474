import type { Clock } from '../../flow/clock.ts';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import { type Lasting, Remembered } from '../remembered.ts';
import { readSecret } from '../secret-reference.ts';
import type { EcsMetadata } from './ecs-metadata.ts';
import type { OssSettings, SignIn } from './settings.ts';

/** What signs a request. */
export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Of temporary keys. */
  readonly securityToken?: string;
  /** Of temporary keys, in milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** For how long keys that are read by reference are kept: a file may be replaced by newer keys at any time. */
const referenceMs = 60_000;
/** How long before they expire temporary keys are replaced. */
const marginMs = 300_000;
/** For how long keys that could not be replaced in time are used on, while they are valid. */
const graceMs = 30_000;

/**
 * The keys of a bucket, refreshed before they expire. Nothing is read or asked before the first request; failures are `CredentialsError`.
 *
 * A RAM role is that of the function, where Function Compute gave its keys to the environment, else that of the machine.
 */
export function keysOf(
  { signIn }: OssSettings,
  environment: Environment,
  clock: Clock,
  metadata: EcsMetadata,
): Remembered<Keys> {
  if ('accessKeySecret' in signIn) {
    const read = async () => ({ value: await byReference(signIn, environment), until: clock.now() + referenceMs });
    return new Remembered(clock, read);
  }
  const named = 'ramRole' in signIn ? signIn.ramRole : undefined;
  const ofFunction = functionKeys(environment);
  return new Remembered(clock, async (_, before) =>
    ofFunction === undefined
      ? refreshed(() => machineKeys(metadata, named), before, clock)
      : { value: ofFunction, until: Number.POSITIVE_INFINITY },
  );
}

/** Names who signs, without secrets: server-side copies are tried only between two buckets of which the names are equal. */
export function identityOf({ signIn }: OssSettings, environment: Environment): string {
  const names = ['ALIYUN_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_ID'];
  return JSON.stringify([signIn, ...names.map((name) => given(environment, name))]);
}

async function byReference(
  { accessKeyId, accessKeySecret, securityToken }: Extract<SignIn, { accessKeySecret: unknown }>,
  environment: Environment,
): Promise<Keys> {
  return {
    accessKeyId: await readSecret('accessKeyId', accessKeyId, environment),
    accessKeySecret: await readSecret('accessKeySecret', accessKeySecret, environment),
    ...(securityToken && { securityToken: await readSecret('securityToken', securityToken, environment) }),
  };
}

/** The keys that Function Compute gives a function with a role (Function Compute, "Environment variables"); they outlive its instance. */
function functionKeys(environment: Environment): Keys | undefined {
  const accessKeyId = given(environment, 'ALIBABA_CLOUD_ACCESS_KEY_ID');
  const accessKeySecret = given(environment, 'ALIBABA_CLOUD_ACCESS_KEY_SECRET');
  const securityToken = given(environment, 'ALIBABA_CLOUD_SECURITY_TOKEN');
  return accessKeyId && accessKeySecret && securityToken ? { accessKeyId, accessKeySecret, securityToken } : undefined;
}

async function machineKeys(metadata: EcsMetadata, named: string | undefined): Promise<Keys> {
  try {
    return await metadata.roleToken(named ?? (await metadata.roleName()));
  } catch (error) {
    if (named !== undefined || !(error instanceof CredentialsError)) {
      throw error;
    }
    throw new CredentialsError(error.code, `no credentials: ALIYUN_ACCESS_KEY_ID not set; ${error.message}`);
  }
}

/** New keys; the ones before while they are valid and there are no new ones. */
async function refreshed(ask: () => Promise<Keys>, before: Keys | undefined, clock: Clock): Promise<Lasting<Keys>> {
  try {
    const keys = await ask();
    const { expiresAt = Number.POSITIVE_INFINITY } = keys;
    return { value: keys, until: Math.max(expiresAt - marginMs, Math.min(expiresAt, clock.now() + graceMs)) };
  } catch (error) {
    const until = clock.now() + graceMs;
    if (before?.expiresAt === undefined || before.expiresAt <= until) {
      throw error;
    }
    return { value: before, until };
  }
}
