import { type Cloud, cloudOf } from '../../cluster-facts.ts';
import { parseDuration } from '../../duration.ts';
import type { Node } from '../../node.ts';
import { invalid, type Problem, unsupported } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';
import { oneOf, oneOfGiven } from '../one-of.ts';

const spotDurations = ['60', '120', '180', '240', '300', '360'];
/** In seconds. */
const shortestLifetime = 86_400;

/** kOps: `ValidateInstanceGroup`, `awsValidateInstanceGroup` and `gceValidateInstanceGroup` (pkg/apis/kops/validation). */
export const machineOptions: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-MACHINE-OPTIONS',
  on: 'instance-group',
  severity: 'error',
  title: 'What an instance group asks of its machines is something that the cloud offers.',
  explanation:
    'The text names the values that there are. `maxInstanceLifetime` is a day at least, or 0 for no end; `httpPutResponseHopLimit` is 1, or more where Pods must reach the metadata.',
  kops: ['8.7/13', '8.7/24', '8.7/25', '8.7/27', '8.7/29'],
  *check({ instanceGroup: { spec, name }, cluster }): Iterable<Problem> {
    const cloud: Cloud | undefined = cluster && cloudOf(cluster);
    yield* oneOf(spec.at('tenancy'), ['default', 'dedicated', 'host']);
    if (cloud === 'gce') {
      yield* oneOfGiven(spec.at('gcpProvisioningModel'), ['STANDARD', 'SPOT']);
    }
    if (cloud === 'aws') {
      yield* spotProblems(spec, name);
      yield* metadataProblems(spec.at('instanceMetadata'));
      yield* oneOfGiven(spec.at('cpuCredits'), ['standard', 'unlimited']);
      yield* lifetimeProblems(spec.at('maxInstanceLifetime'), name);
    }
  },
};

/** kOps's paths begin with the name of the instance group. */
function* spotProblems(spec: Node, name: string): Iterable<Problem> {
  const [duration, behavior] = [spec.at('spotDurationInMinutes'), spec.at('instanceInterruptionBehavior')];
  const minutes = String(duration.number);
  if (duration.number !== undefined && !spotDurations.includes(minutes)) {
    yield unsupported(duration, spotDurations, { value: minutes, kopsPath: `${name}.spec.spotDurationInMinutes` });
  }
  for (const problem of oneOfGiven(behavior, ['hibernate', 'stop', 'terminate'])) {
    yield { ...problem, kopsPath: `${name}.spec.instanceInterruptionBehavior` };
  }
}

function* metadataProblems(metadata: Node): Iterable<Problem> {
  const limit = metadata.at('httpPutResponseHopLimit');
  yield* oneOfGiven(metadata.at('httpTokens'), ['optional', 'required']);
  if (limit.number !== undefined && (limit.number < 1 || limit.number > 64)) {
    yield invalid(limit, 'HTTPPutResponseLimit must be a value between 1 and 64');
  }
}

function* lifetimeProblems(node: Node, name: string): Iterable<Problem> {
  const seconds = Math.trunc((parseDuration(node.text ?? '') ?? 0) / 1e9);
  if (seconds !== 0 && seconds < shortestLifetime) {
    const detail = `max instance lifetime must be greater than ${shortestLifetime} or equal to 0`;
    yield invalid(node, detail, { kopsPath: `${name}.spec.maxInstanceLifetime` });
  }
}
