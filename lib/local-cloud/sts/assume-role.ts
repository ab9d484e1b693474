import { type Identity, type IdentityRegistry, type Role, token } from '../identity.ts';
import { evaluate, principalArn } from '../policy.ts';
import { StsError, validationError } from './errors.ts';

/** What a caller of `AssumeRole` asks for. */
export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds?: number | undefined;
  readonly externalId?: string | undefined;
}

/** The longest session of a role, and of a role that is assumed by a session of another one, in seconds. */
const LONGEST_SESSION = 3600;
const SHORTEST_SESSION = 900;
const LONGEST_DURATION = 43_200;

/**
 * Gives out temporary credentials of a role, and makes them known. Throws `ValidationError` for parameters out of
 * bounds, and `AccessDenied` when the role is not there, does not trust the caller, or the caller's own policy does
 * not allow it.
 */
export function assumeRole(
  registry: IdentityRegistry,
  caller: Identity,
  request: AssumeRoleRequest,
  now: number,
): Identity {
  checkRequest(request, caller);
  const role = registry.findRole(request.roleArn);
  if (role === undefined || !mayAssume(caller, role, request.externalId)) {
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${request.roleArn}`;
    throw new StsError('AccessDenied', message);
  }
  return startSession(registry, role, request.sessionName, now + (request.durationSeconds ?? LONGEST_SESSION) * 1000);
}

/** Makes a session of a role, whoever wants it: what a service does for the function or the instance it runs. */
export function startSession(registry: IdentityRegistry, role: Role, sessionName: string, expiresAt: number): Identity {
  const [account = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(role.arn)?.slice(1) ?? [];
  return registry.add({
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`,
    accessKeyId: `ASIA${token(8)}`,
    secretAccessKey: token(20),
    sessionToken: token(64),
    expiresAt,
    policy: role.policy,
  });
}

/**
 * The role must trust the caller, also inside one account. When it trusts the caller itself, and both are of one
 * account, that is enough; when it trusts the caller's account, or across accounts, the caller's own policy must allow
 * it as well.
 */
function mayAssume(caller: Identity, role: Role, externalId: string | undefined): boolean {
  if (!trusts(role, caller) || (role.externalId !== undefined && role.externalId !== externalId)) {
    return false;
  }
  return evaluate({
    caller: { kind: 'identity', account: caller.account, arn: caller.arn, policy: caller.policy },
    action: 'sts:AssumeRole',
    resource: role.arn,
    resourceAccount: role.arn.split(':')[4] ?? '',
    resourcePolicy: {
      Statement: [{ Effect: 'Allow', Principal: { AWS: role.trusted }, Action: 'sts:AssumeRole', Resource: role.arn }],
    },
  }).allowed;
}

function trusts(role: Role, caller: Identity): boolean {
  const itself = [caller.arn, principalArn(caller.arn), caller.account, `arn:aws:iam::${caller.account}:root`];
  // The path of a role is no part of its sessions' ARNs.
  return role.trusted.some((trusted) => itself.includes(trusted.replace(/:role\/.*\//, ':role/')));
}

function checkRequest(request: AssumeRoleRequest, caller: Identity): void {
  const { roleArn, sessionName, durationSeconds = LONGEST_SESSION, externalId } = request;
  if (!/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn)) {
    throw new StsError('ValidationError', `${roleArn} is invalid`);
  }
  if (sessionName.length < 2 || sessionName.length > 64) {
    throw validationError('roleSessionName', sessionName, 'Member must have length between 2 and 64');
  }
  if (!/^[\w+=,.@-]+$/.test(sessionName)) {
    const pattern = 'Member must satisfy regular expression pattern: [\\w+=,.@-]*';
    throw validationError('roleSessionName', sessionName, pattern);
  }
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    throw validationError('externalId', externalId, 'Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*');
  }
  checkDuration(durationSeconds, caller);
}

function checkDuration(seconds: number, caller: Identity): void {
  if (seconds < SHORTEST_SESSION) {
    throw validationError(
      'durationSeconds',
      seconds,
      `Member must have value greater than or equal to ${SHORTEST_SESSION}`,
    );
  }
  if (seconds > LONGEST_DURATION) {
    throw validationError(
      'durationSeconds',
      seconds,
      `Member must have value less than or equal to ${LONGEST_DURATION}`,
    );
  }
  if (seconds > LONGEST_SESSION) {
    const isChained = principalArn(caller.arn) !== caller.arn;
    throw new StsError(
      'ValidationError',
      isChained
        ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
        : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
}
