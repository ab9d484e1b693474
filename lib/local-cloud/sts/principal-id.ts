import { createHash } from 'node:crypto';
import { principalArn } from '../policy.ts';

/**
 * The unique id of a user (`AIDA…`) or of a role session (`AROA…:SESSION`), as `GetCallerIdentity` tells it and SQS
 * names senders by it. The same for the same ARN.
 */
export function principalId(arn: string): string {
  const session = /:assumed-role\/[^/]+\/(.+)$/.exec(arn)?.[1];
  const digits = createHash('sha256').update(principalArn(arn)).digest('hex').slice(0, 17).toUpperCase();
  return session === undefined ? `AIDA${digits}` : `AROA${digits}:${session}`;
}
