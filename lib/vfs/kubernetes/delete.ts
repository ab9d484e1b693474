import { VfsError } from '../errors.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { DeleteOptions, ObjectKey } from '../types.ts';
import type { KubernetesConnection } from './connection.ts';
import { secretName } from './object-names.ts';
import { stateOf } from './revision.ts';
import { foreignRevision } from './write.ts';

/** DELETE of the Secret, in the state of the revision where there is a condition. */
export async function deleteObject(
  connection: KubernetesConnection,
  key: ObjectKey,
  { precondition, signal }: DeleteOptions,
): Promise<void> {
  const attempt = connection.attempt('delete', key, precondition);
  const preconditions = precondition.kind === 'if-match' ? stateOf(precondition.revision) : undefined;
  if (precondition.kind === 'if-match' && preconditions === undefined) {
    throw foreignRevision(attempt);
  }
  const request = { name: secretName(key), body: preconditions === undefined ? {} : { preconditions } };
  const answer = await undefinedWhenAbsent(
    connection.send((api, namespace) => api.deleteNamespacedSecret({ ...request, namespace }), attempt, { signal }),
  );
  // Where somebody has put a finalizer on it, the answer is the Secret, which stays until that is taken away.
  if (answer !== undefined && answer.kind !== 'Status') {
    const { operation, target } = attempt;
    const reason = 'the Secret is marked for deletion, and held by a finalizer of others';
    throw new VfsError({ code: 'Unavailable', operation, target, reason });
  }
}
