import type { PolicyDocument, PolicyStatement } from '../policy.ts';
import { valueList } from '../policy-conditions.ts';
import { PolicyError, parsePolicy } from '../policy-document.ts';
import { authorize } from './access.ts';
import type { Bucket, BucketPolicy } from './bucket.ts';
import type { BucketCall, Reply } from './call.ts';
import { s3Error } from './errors.ts';
import { receiveText } from './request-body.ts';

/** `GetBucketPolicy`: the text as it was put. */
export function getBucketPolicy(call: BucketCall): Reply {
  authorize(call, 's3:GetBucketPolicy', { bucket: call.bucket });
  return { headers: { 'content-type': 'application/json' }, text: existingPolicy(call.bucket).text };
}

/** `GetBucketPolicyStatus`: whether the policy makes the bucket public. */
export function getBucketPolicyStatus(call: BucketCall): Reply {
  authorize(call, 's3:GetBucketPolicyStatus', { bucket: call.bucket });
  const { isPublic } = existingPolicy(call.bucket);
  return { xml: { root: 'PolicyStatus', node: { IsPublic: isPublic } } };
}

/** `PutBucketPolicy`: refuses whatever could not be judged exactly as it is written. */
export async function putBucketPolicy(call: BucketCall): Promise<Reply> {
  const { bucket } = call;
  authorize(call, 's3:PutBucketPolicy', { bucket });
  const text = await receiveText(call);
  const document = readPolicy(text);
  checkResources(document, bucket);
  const isPublic = document.Statement.some(grantsToEverybody);
  if (isPublic && bucket.publicAccessBlock?.BlockPublicPolicy === true) {
    throw s3Error('AccessDenied', {
      message: `User: ${call.identity.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucket.arn}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
    });
  }
  bucket.policy = { text, document, isPublic };
  return { status: 204 };
}

/** `DeleteBucketPolicy`. */
export function deleteBucketPolicy(call: BucketCall): Reply {
  authorize(call, 's3:DeleteBucketPolicy', { bucket: call.bucket });
  call.bucket.policy = undefined;
  return { status: 204 };
}

function existingPolicy(bucket: Bucket): BucketPolicy {
  if (bucket.policy === undefined) {
    throw s3Error('NoSuchBucketPolicy', { details: { BucketName: bucket.name } });
  }
  return bucket.policy;
}

function readPolicy(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    throw error instanceof PolicyError ? s3Error('MalformedPolicy', { message: error.message }) : error;
  }
}

function checkResources(document: PolicyDocument, bucket: Bucket): void {
  for (const resource of document.Statement.flatMap((statement) => valueList(statement.Resource))) {
    if (resource !== bucket.arn && !resource.startsWith(`${bucket.arn}/`) && resource !== `${bucket.arn}*`) {
      throw s3Error('MalformedPolicy', { message: 'Policy has invalid resource', details: { Detail: resource } });
    }
  }
}

/** Condition keys that tie a grant to everybody down to callers that are known. */
const restrictingKeys = new Set(['aws:principalaccount', 'aws:principalarn', 'aws:sourceaccount', 'aws:sourcearn']);

function grantsToEverybody(statement: PolicyStatement): boolean {
  const principal = statement.Principal;
  const everybody = principal === '*' || (principal !== undefined && valueList(principal.AWS ?? []).includes('*'));
  const restricted = Object.values(statement.Condition ?? {}).some((keys) =>
    Object.entries(keys).some(
      ([key, values]) =>
        restrictingKeys.has(key.toLowerCase()) && valueList(values).every((value) => !value.startsWith('*')),
    ),
  );
  return statement.Effect === 'Allow' && everybody && !restricted;
}
