import { describe, expect, it } from '@jest/globals';
import { IdentityRegistry, type Role } from '../../../lib/local-cloud/identity.ts';
import { assumeRole, startSession } from '../../../lib/local-cloud/sts/assume-role.ts';

const now = Date.UTC(2026, 0, 1);
const roleArn = 'arn:aws:iam::222222222222:role/ops/writer';
const allowAssume = (Resource: string) => ({
  Statement: [{ Effect: 'Allow' as const, Action: 'sts:AssumeRole', Resource }],
});

function makeRole(trusted: readonly string[], extra: Partial<Role> = {}) {
  const registry = new IdentityRegistry();
  registry.addRole({ arn: roleArn, policy: { Statement: [] }, trusted, ...extra });
  const home = registry.addUser('222222222222', 'home');
  const admin = registry.addUser('111111111111', 'admin');
  const limited = registry.addUser('111111111111', 'limited', { Statement: [] });
  const granted = registry.addUser('111111111111', 'granted', allowAssume(roleArn));
  const assume = (caller: typeof home, request: { externalId?: string; durationSeconds?: number } = {}) =>
    assumeRole(registry, caller, { roleArn, sessionName: 'session', ...request }, now);
  return { registry, home, admin, limited, granted, assume };
}

const denied = 'is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/ops/writer';

describe('assuming a role', () => {
  it('gives credentials that speak for the role and end in time', () => {
    const { registry, admin, assume } = makeRole(['111111111111']);
    const session = assume(admin, { durationSeconds: 900 });
    expect(session).toMatchObject({
      account: '222222222222',
      // The path of a role is no part of its sessions' ARNs.
      arn: 'arn:aws:sts::222222222222:assumed-role/writer/session',
      expiresAt: now + 900_000,
      policy: { Statement: [] },
    });
    expect(registry.find(session.accessKeyId)).toBe(session);
    expect(session.sessionToken).toBeTruthy();
  });

  it('across accounts takes the trust of the role and the permission of the caller', () => {
    const trusting = makeRole(['111111111111']);
    trusting.assume(trusting.granted);
    expect(() => trusting.assume(trusting.limited)).toThrow(`User: ${trusting.limited.arn} ${denied}`);
    const wary = makeRole(['333333333333']);
    expect(() => wary.assume(wary.admin)).toThrow(denied);
  });

  it('can be allowed to one user, or to the sessions of one role', () => {
    const { assume, admin, granted } = makeRole(['arn:aws:iam::111111111111:user/granted']);
    assume(granted);
    expect(() => assume(admin)).toThrow(denied);
    const chain = makeRole(['arn:aws:iam::111111111111:role/worker']);
    const worker = { policy: allowAssume(roleArn), trusted: [] };
    const sessionOf = (name: string) =>
      startSession(chain.registry, { ...worker, arn: `arn:aws:iam::111111111111:role/${name}` }, 'fn', now + 1000);
    chain.assume(sessionOf('worker'));
    expect(() => chain.assume(sessionOf('other'))).toThrow(denied);
  });

  it('inside one account needs no permission when the role names the caller itself', () => {
    const registry = new IdentityRegistry();
    const caller = registry.addUser('222222222222', 'named', { Statement: [] });
    registry.addRole({ arn: roleArn, policy: { Statement: [] }, trusted: [caller.arn] });
    const assume = () => assumeRole(registry, caller, { roleArn, sessionName: 'session' }, now);
    expect(assume().account).toBe('222222222222');
    registry.addRole({ arn: roleArn, policy: { Statement: [] }, trusted: ['222222222222'] });
    expect(assume).toThrow(denied);
  });

  it('inside one account takes the trust of the role, whatever the caller may do', () => {
    const { assume, home } = makeRole(['111111111111']);
    expect(() => assume(home)).toThrow(denied);
  });

  it('takes the external id of the role, where it has one', () => {
    const { assume, admin } = makeRole(['111111111111'], { externalId: 'statesync-7' });
    assume(admin, { externalId: 'statesync-7' });
    expect(() => assume(admin)).toThrow(denied);
    expect(() => assume(admin, { externalId: 'statesync-8' })).toThrow(denied);
  });

  it('that is not there is denied in the same words', () => {
    const registry = new IdentityRegistry();
    const caller = registry.addUser('111111111111', 'admin');
    expect(() => assumeRole(registry, caller, { roleArn, sessionName: 'session' }, now)).toThrow(denied);
  });

  it('refuses names, ids and durations out of bounds', () => {
    const { registry, admin, assume } = makeRole(['111111111111']);
    const named = (sessionName: string) => () => assumeRole(registry, admin, { roleArn, sessionName }, now);
    expect(named('x')).toThrow('between 2 and 64');
    expect(named('x'.repeat(65))).toThrow('between 2 and 64');
    expect(named('a b')).toThrow('regular expression pattern');
    expect(() => assume(admin, { durationSeconds: 899 })).toThrow('greater than or equal to 900');
    expect(() => assume(admin, { durationSeconds: 3601 })).toThrow('MaxSessionDuration');
    expect(() => assume(admin, { durationSeconds: 43_201 })).toThrow('less than or equal to 43200');
    expect(() => assume(assume(admin), { durationSeconds: 3601 })).toThrow('role chaining');
    expect(() => assume(admin, { externalId: 'x' })).toThrow('externalId');
    const wrong = { roleArn: 'arn:aws:iam::222222222222:user/x', sessionName: 'session' };
    expect(() => assumeRole(registry, admin, wrong, now)).toThrow('is invalid');
  });
});
