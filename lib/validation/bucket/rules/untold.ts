import type { BucketSettings, Untold } from '../../../vfs/bucket-settings.ts';
import type { BucketRule } from '../../rule.ts';

const names: Readonly<Record<keyof BucketSettings, string>> = {
  lifecycle: 'the lifecycle rules',
  versioning: 'versioning',
  publicAccessBlock: 'whether public access is blocked',
  policyIsPublic: 'whether the policy is public',
  grants: 'the ACL',
  acls: 'whether ACLs count',
  retention: 'the default retention',
  encryption: 'the default encryption',
};

const reasons: Readonly<Record<Untold['because'], string>> = {
  denied: 'since asking is denied',
  'not-offered': 'since the store does not tell',
  'not-understood': 'since the answer is not understood',
};

/** Nothing is concluded from a question without an answer: here it is said instead. */
const untold: BucketRule = {
  id: 'BUCKET-SETTINGS-UNTOLD',
  on: 'bucket',
  severity: 'info',
  title: 'All settings of the bucket are known.',
  explanation:
    'A setting that may not be asked for, or that the store does not tell, is not judged: the rules about it neither fail nor pass. For Amazon S3 the message names the action that the caller lacks (such as `s3:GetLifecycleConfiguration`); all that doctor asks for is in the managed policy `AmazonS3ReadOnlyAccess`. For Google Cloud Storage it is `storage.buckets.get` and `storage.buckets.getIamPolicy`. Of other stores look at what is named by their own tools.',
  *check({ settings }) {
    const byAnswer = new Map<string, { readonly told: Untold; readonly settings: string[] }>();
    for (const [name, told] of Object.entries(settings) as [keyof BucketSettings, BucketSettings['grants']][]) {
      if (told.kind === 'unknown') {
        const group = byAnswer.get(told.reason) ?? { told, settings: [] };
        group.settings.push(names[name]);
        byAnswer.set(told.reason, group);
      }
    }
    for (const { told, settings: list } of byAnswer.values()) {
      yield { detail: `nothing is said of ${list.join(', ')}, ${reasons[told.because]}: ${told.reason}` };
    }
  },
};

export const untoldRules: readonly BucketRule[] = [untold];
