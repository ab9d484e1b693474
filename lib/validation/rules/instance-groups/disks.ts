import { cloudOf } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { invalid, type Problem, required, unsupported } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';
import { oneOfGiven } from '../one-of.ts';

const types = ['standard', 'gp3', 'gp2', 'io1', 'io2'];
/** kOps writes the first so. */
const fileSystems = ['btfs', 'ext4', 'xfs'];

/** kOps: `ValidateInstanceGroup` and `CrossValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const rootVolume: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-ROOT-VOLUME',
  on: 'instance-group',
  severity: 'error',
  title: 'The root volume of an instance group is one that its cloud has.',
  explanation:
    'On AWS its type is one of `gp3`, `gp2`, `io1`, `io2` and `standard`. Leave speed out for what the cloud gives by itself.',
  kops: ['8.7/14', '8.7/15'],
  *check({ instanceGroup, cluster }): Iterable<Problem> {
    const volume = instanceGroup.spec.at('rootVolume');
    const [iops, throughput] = [volume.at('iops'), volume.at('throughput')];
    if (iops.number !== undefined && iops.number < 0) {
      yield invalid(iops, 'IOPS must be greater than 0');
    }
    if (throughput.number !== undefined && throughput.number < 0) {
      yield invalid(throughput, 'Throughput must be greater than 0');
    }
    if (cluster !== undefined && cloudOf(cluster) === 'aws') {
      yield* oneOfGiven(volume.at('type'), types);
    }
  },
};

/** kOps: `validateVolumeSpec` and `validateVolumeMountSpec` (pkg/apis/kops/validation/instancegroup.go). */
export const volumes: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-DISKS',
  on: 'instance-group',
  severity: 'error',
  title: 'Further volumes have a device and a size, and mounts a device, a file system and a path.',
  explanation: 'The device of a mount is that of a volume, as the machine sees it. File systems are `ext4` and `xfs`.',
  kops: ['8.7/16', '8.7/17'],
  *check({ instanceGroup: { spec } }): Iterable<Problem> {
    for (const volume of spec.at('volumes').items) {
      yield* named(volume.at('device'), 'device name required');
      if ((volume.at('size').number ?? 0) <= 0) {
        yield invalid(volume.at('size'), 'must be greater than zero', { value: volume.at('size').number ?? 0 });
      }
    }
    for (const mount of spec.at('volumeMounts').items) {
      const fileSystem = mount.at('filesystem');
      yield* named(mount.at('device'), 'device name required');
      yield* named(fileSystem, 'filesystem type required');
      yield* named(mount.at('path'), 'mount path required');
      if (!fileSystems.includes(fileSystem.text ?? '')) {
        yield unsupported(fileSystem, fileSystems, { value: fileSystem.text ?? '' });
      }
    }
  },
};

function* named(node: Node, detail: string): Iterable<Problem> {
  if (node.text === undefined) {
    yield required(node, detail);
  }
}
