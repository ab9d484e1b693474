import assert from 'node:assert/strict';
import type { Credentials, STS } from '@aws-sdk/client-sts';
import type { Check } from './check.ts';
import { refused } from './refused.ts';

/** Credentials as the clients take them. */
export interface StsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** An STS endpoint under test, and roles that were made there. */
export interface StsSubject {
  readonly clientOf: (keys: StsKeys) => STS;
  /** An administrator, with keys that last. */
  readonly user: StsKeys & { readonly arn: string; readonly account: string };
  /** A role of another account that trusts the user's account, and may itself assume `chainedRole`. */
  readonly trustingRole: string;
  /** A role that trusts `trustingRole`. */
  readonly chainedRole: string;
  /** A role of another account that trusts a third one. */
  readonly waryRole: string;
  /** As `trustingRole`, with an external id. */
  readonly externalRole: { readonly arn: string; readonly externalId: string };
}

const RoleSessionName = 'contract';

function keysOf(credentials: Credentials | undefined): StsKeys {
  const { AccessKeyId, SecretAccessKey, SessionToken } = credentials ?? {};
  assert.ok(AccessKeyId && SecretAccessKey && SessionToken);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

const wrongValue = { name: 'ValidationError', status: 400 };
const denied = { name: 'AccessDenied', status: 403 };

/** The contract of STS, as far as this project relies on it. */
export const stsChecks: readonly Check<StsSubject>[] = [
  {
    name: 'a caller is told its account, its ARN and its id',
    run: async ({ clientOf, user }) => {
      const told = await clientOf(user).getCallerIdentity({});
      assert.equal(told.Account, user.account);
      assert.equal(told.Arn, user.arn);
      assert.match(told.UserId!, /^AIDA[A-Z0-9]{12,}$/);
    },
  },
  {
    name: 'an assumed role speaks for its own account, under the name of its session',
    run: async ({ clientOf, user, trustingRole }) => {
      const assumed = await clientOf(user).assumeRole({ RoleArn: trustingRole, RoleSessionName });
      const [, account, role] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(trustingRole)!;
      const arn = `arn:aws:sts::${account}:assumed-role/${role}/${RoleSessionName}`;
      assert.equal(assumed.AssumedRoleUser?.Arn, arn);
      assert.match(assumed.AssumedRoleUser.AssumedRoleId!, /^AROA[A-Z0-9]{12,}:contract$/);
      const told = await clientOf(keysOf(assumed.Credentials)).getCallerIdentity({});
      assert.deepEqual(
        { Account: told.Account, Arn: told.Arn, UserId: told.UserId },
        { Account: account, Arn: arn, UserId: assumed.AssumedRoleUser.AssumedRoleId },
      );
    },
  },
  {
    name: 'temporary credentials end after the duration asked for, or else after an hour',
    run: async ({ clientOf, user, trustingRole }) => {
      for (const [DurationSeconds, seconds] of [[900, 900] as const, [undefined, 3600] as const]) {
        const request = { RoleArn: trustingRole, RoleSessionName, DurationSeconds };
        const { Credentials: got } = await clientOf(user).assumeRole(request);
        const left = (got!.Expiration!.getTime() - Date.now()) / 1000;
        assert.ok(Math.abs(left - seconds) < 30, `${left} seconds are left of ${seconds}`);
      }
    },
  },
  {
    name: 'the name of a session has at least 2 characters',
    run: async ({ clientOf, user, trustingRole }) => {
      const assume = clientOf(user).assumeRole({ RoleArn: trustingRole, RoleSessionName: 'x' });
      await refused(assume, wrongValue);
    },
  },
  {
    name: 'the name of a session has at most 64 characters, and no space among them',
    run: async ({ clientOf, user, trustingRole }) => {
      const assume = (name: string) => clientOf(user).assumeRole({ RoleArn: trustingRole, RoleSessionName: name });
      await refused(assume('x'.repeat(65)), wrongValue);
      await refused(assume('two words'), wrongValue);
    },
  },
  {
    name: 'a session lasts from 15 minutes to an hour',
    run: async ({ clientOf, user, trustingRole }) => {
      const assume = (DurationSeconds: number) =>
        clientOf(user).assumeRole({ RoleArn: trustingRole, RoleSessionName, DurationSeconds });
      await refused(assume(899), wrongValue);
      await refused(assume(3601), wrongValue);
    },
  },
  {
    name: 'a role that does not trust the caller is denied, in the words that name both',
    run: async ({ clientOf, user, waryRole }) => {
      const message = new RegExp(
        `^User: ${user.arn} is not authorized to perform: sts:AssumeRole on resource: ${waryRole}$`,
      );
      await refused(clientOf(user).assumeRole({ RoleArn: waryRole, RoleSessionName }), { ...denied, message });
    },
  },
  {
    name: 'a role that does not exist is denied',
    run: async ({ clientOf, user, waryRole }) => {
      await refused(clientOf(user).assumeRole({ RoleArn: `${waryRole}-absent`, RoleSessionName }), denied);
    },
  },
  {
    name: 'a role with an external id is denied without it, and with another',
    run: async ({ clientOf, user, externalRole }) => {
      const assume = (ExternalId?: string) =>
        clientOf(user).assumeRole({ RoleArn: externalRole.arn, RoleSessionName, ExternalId });
      assert.ok((await assume(externalRole.externalId)).Credentials);
      await refused(assume(), denied);
      await refused(assume('another'), denied);
    },
  },
  {
    name: 'a session can assume a role that trusts its own role, and no other',
    run: async ({ clientOf, user, trustingRole, chainedRole, externalRole }) => {
      await refused(clientOf(user).assumeRole({ RoleArn: chainedRole, RoleSessionName }), denied);
      const { Credentials: session } = await clientOf(user).assumeRole({ RoleArn: trustingRole, RoleSessionName });
      const chained = clientOf(keysOf(session));
      assert.ok((await chained.assumeRole({ RoleArn: chainedRole, RoleSessionName })).Credentials);
      const { arn, externalId } = externalRole;
      await refused(chained.assumeRole({ RoleArn: arn, RoleSessionName, ExternalId: externalId }), denied);
    },
  },
  {
    name: 'a wrong secret, an unknown key and a missing session token are refused',
    run: async ({ clientOf, user, trustingRole }) => {
      const ask = (keys: StsKeys) => clientOf(keys).getCallerIdentity({});
      await refused(ask({ ...user, secretAccessKey: 'wrong' }), { name: 'SignatureDoesNotMatch', status: 403 });
      const unknown = { name: 'InvalidClientTokenId', status: 403 };
      await refused(ask({ ...user, accessKeyId: 'AKIA0000000000000000' }), unknown);
      const { Credentials: session } = await clientOf(user).assumeRole({ RoleArn: trustingRole, RoleSessionName });
      const { accessKeyId, secretAccessKey } = keysOf(session);
      await refused(ask({ accessKeyId, secretAccessKey }), unknown);
    },
  },
];
