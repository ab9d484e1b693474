import { classify } from '../kops/layout.ts';
import { whyNotKey } from '../vfs/keys.ts';
import { type ConvergeOptions, convergeKey } from './converge-key.ts';
import type { Outcome } from './outcome.ts';
import type { ReplicationContext } from './replication-context.ts';

/** Converges one key if the route carries it. */
export async function convergeCarried(
  context: ReplicationContext,
  key: string,
  options: ConvergeOptions = {},
): Promise<[Outcome]> {
  const reason = whyNotCarried(context, key);
  return reason === undefined ? [await convergeKey(context, key, options)] : [{ kind: 'not-carried', key, reason }];
}

/** Why the route leaves a key alone, in words; undefined when it carries it. */
export function whyNotCarried({ policy }: ReplicationContext, key: string): string | undefined {
  const invalid = whyNotKey(key);
  if (invalid !== undefined) {
    return invalid;
  }
  const info = classify(key);
  if (info.class === undefined) {
    return "it is one of the project's own objects";
  }
  return policy.carries(info) ? undefined : `the route does not carry ${info.class} of ${info.cluster ?? 'no cluster'}`;
}
