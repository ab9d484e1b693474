import {
  type ConditionBlock,
  conditionsHold,
  matchesPattern,
  type RequestContext,
  valueList,
} from './policy-conditions.ts';

/** One statement of an IAM policy, as in the IAM JSON policy language. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Resource policies only. */
  readonly Principal?: Principal;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: ConditionBlock;
}

/** Everybody (`*`), or AWS principals and services of the cloud by name. */
export type Principal =
  | '*'
  | { readonly AWS?: string | readonly string[]; readonly Service?: string | readonly string[] };

/** An IAM policy document. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}

/** Who asks: a user or role session, or a service of the cloud that acts for a resource. */
export type Caller =
  | {
      readonly kind: 'identity';
      readonly account: string;
      /** As in `Identity.arn`. */
      readonly arn: string;
      /** Absent: an administrator, whose own policies allow everything. */
      readonly policy?: PolicyDocument | undefined;
    }
  | {
      readonly kind: 'service';
      /** For example `s3.amazonaws.com`. */
      readonly name: string;
    };

/** One question to the policies. */
export interface AccessRequest {
  readonly caller: Caller;
  /** For example `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. */
  readonly resourceAccount: string;
  readonly resourcePolicy?: PolicyDocument | undefined;
  /**
   * Condition keys beside those that follow from the caller (`aws:PrincipalArn`, `aws:PrincipalAccount`) and from the
   * loopback (`aws:SecureTransport`, which counts as true). Names in any case.
   */
  readonly context?: RequestContext;
}

/** The answer of the policies, and for a refusal which of them it comes from. */
export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'explicit-deny' | 'identity-policy' | 'resource-policy' };

/**
 * Judges a request as AWS documents it: an explicit Deny anywhere wins; inside one account the caller's own policy or
 * the resource's policy must allow; across accounts both must. A resource policy that names the caller's whole
 * account delegates to it: inside the account that alone allows nothing.
 */
export function evaluate(request: AccessRequest): Decision {
  const context = fullContext(request);
  const own = request.caller.kind === 'identity' ? ownVerdict(request.caller, request, context) : 'none';
  const granted = resourceVerdict(request, context);
  if (own === 'deny' || granted === 'deny') {
    return { allowed: false, reason: 'explicit-deny' };
  }
  if (request.caller.kind === 'service') {
    return granted === 'none' ? { allowed: false, reason: 'resource-policy' } : { allowed: true };
  }
  if (request.caller.account === request.resourceAccount) {
    return own === 'allow' || granted === 'direct' ? { allowed: true } : { allowed: false, reason: 'identity-policy' };
  }
  if (granted === 'none') {
    return { allowed: false, reason: 'resource-policy' };
  }
  return own === 'allow' ? { allowed: true } : { allowed: false, reason: 'identity-policy' };
}

/** The ARN that policies know a caller by: for a role session, its role. */
export function principalArn(arn: string): string {
  const session = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
  return session === null ? arn : `arn:aws:iam::${session[1]}:role/${session[2]}`;
}

function fullContext(request: AccessRequest): RequestContext {
  const given = Object.entries(request.context ?? {}).map(([key, value]) => [key.toLowerCase(), value] as const);
  const caller =
    request.caller.kind === 'identity'
      ? { 'aws:principalarn': principalArn(request.caller.arn), 'aws:principalaccount': request.caller.account }
      : {};
  return { 'aws:securetransport': 'true', ...caller, ...Object.fromEntries(given) };
}

function ownVerdict(
  caller: Extract<Caller, { kind: 'identity' }>,
  request: AccessRequest,
  context: RequestContext,
): 'allow' | 'deny' | 'none' {
  if (caller.policy === undefined) {
    return 'allow';
  }
  const applying = caller.policy.Statement.filter((statement) => applies(statement, request, context));
  if (applying.some((statement) => statement.Effect === 'Deny')) {
    return 'deny';
  }
  return applying.length > 0 ? 'allow' : 'none';
}

function resourceVerdict(request: AccessRequest, context: RequestContext): 'deny' | 'direct' | 'account' | 'none' {
  let granted: 'direct' | 'account' | 'none' = 'none';
  for (const statement of request.resourcePolicy?.Statement ?? []) {
    const match = principalMatch(statement.Principal, request.caller);
    if (match === 'none' || !applies(statement, request, context)) {
      continue;
    }
    if (statement.Effect === 'Deny') {
      return 'deny';
    }
    granted = granted === 'direct' ? granted : match;
  }
  return granted;
}

function applies(statement: PolicyStatement, request: AccessRequest, context: RequestContext): boolean {
  const action = request.action.toLowerCase();
  return (
    valueList(statement.Action).some((pattern) => matchesPattern(pattern.toLowerCase(), action)) &&
    valueList(statement.Resource).some((pattern) => matchesPattern(pattern, request.resource)) &&
    conditionsHold(statement.Condition ?? {}, context)
  );
}

function principalMatch(principal: Principal | undefined, caller: Caller): 'direct' | 'account' | 'none' {
  if (principal === undefined) {
    return 'none';
  }
  if (principal === '*') {
    return 'direct';
  }
  if (caller.kind === 'service') {
    return valueList(principal.Service ?? []).includes(caller.name) ? 'direct' : 'none';
  }
  const named = valueList(principal.AWS ?? []);
  if (named.some((name) => name === '*' || names(name, caller.arn))) {
    return 'direct';
  }
  return named.some((name) => name === caller.account || name === `arn:aws:iam::${caller.account}:root`)
    ? 'account'
    : 'none';
}

/** Whether a principal's ARN is the caller's own, or its role's; a role's path is no part of its sessions' ARNs. */
function names(principal: string, callerArn: string): boolean {
  return principal === callerArn || principal.replace(/:role\/.*\//, ':role/') === principalArn(callerArn);
}
