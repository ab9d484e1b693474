import { type Problem, required, unsupported } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';

const types = [
  'text/x-include-once-url',
  'text/x-include-url',
  'text/cloud-config-archive',
  'text/upstart-job',
  'text/cloud-config',
  'text/part-handler',
  'text/x-shellscript',
  'text/cloud-boothook',
];

/** kOps: `validateExtraUserData` (pkg/apis/kops/validation/instancegroup.go), whose path says neither where it is nor which. */
export const additionalUserData: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-USER-DATA',
  on: 'instance-group',
  severity: 'error',
  title: 'Additional user data has a name, a content, and a type that cloud-init knows.',
  explanation: 'A script is `text/x-shellscript`, a configuration of cloud-init `text/cloud-config`.',
  kops: ['8.7/22'],
  *check({ instanceGroup: { spec } }): Iterable<Problem> {
    for (const part of spec.at('additionalUserData').items) {
      for (const field of ['name', 'content']) {
        if (part.at(field).text === undefined) {
          yield required(part.at(field), 'field must be set', { kopsPath: `additionalUserData.${field}` });
        }
      }
      const type = part.at('type');
      if (!types.includes(type.text ?? '')) {
        yield unsupported(type, types, { value: type.text ?? '', kopsPath: 'additionalUserData.type' });
      }
    }
  },
};
