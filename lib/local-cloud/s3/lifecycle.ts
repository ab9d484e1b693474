import { authorize } from './access.ts';
import type { BucketCall, Reply } from './call.ts';
import { s3Error } from './errors.ts';
import { readRule } from './lifecycle-rules.ts';
import { receiveText } from './request-body.ts';
import { childrenNamed, expectOnly, readXml, toNode } from './xml.ts';

/** `GetBucketLifecycleConfiguration`: as it was put; small objects are not moved, as in every bucket since September 2024. */
export function getBucketLifecycle(call: BucketCall): Reply {
  authorize(call, 's3:GetLifecycleConfiguration', { bucket: call.bucket });
  const { lifecycle } = call.bucket;
  if (lifecycle === undefined) {
    throw s3Error('NoSuchLifecycleConfiguration');
  }
  return {
    headers: { 'x-amz-transition-default-minimum-object-size': 'all_storage_classes_128K' },
    xml: { root: 'LifecycleConfiguration', node: { Rule: lifecycle.map(toNode) } },
  };
}

/** `PutBucketLifecycleConfiguration`: kept; nothing expires until the test says so. */
export async function putBucketLifecycle(call: BucketCall): Promise<Reply> {
  authorize(call, 's3:PutLifecycleConfiguration', { bucket: call.bucket });
  const configuration = readXml(await receiveText(call), 'LifecycleConfiguration');
  expectOnly(configuration, ['Rule']);
  const rules = childrenNamed(configuration, 'Rule');
  if (rules.length === 0) {
    throw s3Error('MalformedXML');
  }
  for (const rule of rules) {
    readRule(rule);
  }
  call.bucket.lifecycle = rules;
  return {};
}

/** `DeleteBucketLifecycle`. */
export function deleteBucketLifecycle(call: BucketCall): Reply {
  authorize(call, 's3:PutLifecycleConfiguration', { bucket: call.bucket });
  call.bucket.lifecycle = undefined;
  return { status: 204 };
}
