import { describe, expect, it } from '@jest/globals';
import type { PolicyDocument } from '../../lib/policy/policy-document.ts';
import { complaintsUnder, deployedPolicy } from './two-clouds.ts';

const s3Permissions = deployedPolicy.Statement.flatMap(({ Sid = '', Action }) =>
  [Action].flat().map((action) => [Sid, action] as const),
).filter(([, action]) => action.startsWith('s3:'));

function without(sid: string, action: string): PolicyDocument {
  const Statement = deployedPolicy.Statement.flatMap((statement) => {
    const Action = [statement.Action].flat().filter((one) => statement.Sid !== sid || one !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  return { ...deployedPolicy, Statement };
}

describe('what the replicating role may do in both buckets', () => {
  it('is enough for all that it does there', async () => {
    expect(await complaintsUnder(deployedPolicy)).toEqual([]);
  });

  it.each(s3Permissions)('needs %s: %s', async (sid, action) => {
    expect(await complaintsUnder(without(sid, action))).not.toEqual([]);
  });
});
