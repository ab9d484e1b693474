import { authorize } from './access.ts';
import type { DefaultEncryption, PublicAccessBlock } from './bucket.ts';
import type { BucketCall, Reply } from './call.ts';
import { notImplemented, s3Error } from './errors.ts';
import { receiveText } from './request-body.ts';
import { childrenNamed, childText, expectOnly, readXml, type XmlElement } from './xml.ts';

/** `GetBucketVersioning`: empty until it is first set. */
export function getBucketVersioning(call: BucketCall): Reply {
  authorize(call, 's3:GetBucketVersioning', { bucket: call.bucket });
  return { xml: { root: 'VersioningConfiguration', node: { Status: call.bucket.versioning } } };
}

/** `PutBucketVersioning`: once on, it can only be suspended. */
export async function putBucketVersioning(call: BucketCall): Promise<Reply> {
  authorize(call, 's3:PutBucketVersioning', { bucket: call.bucket });
  const configuration = readXml(await receiveText(call), 'VersioningConfiguration');
  expectOnly(configuration, ['Status', 'MfaDelete']);
  if (childText(configuration, 'MfaDelete') === 'Enabled') {
    throw notImplemented('MFA delete');
  }
  const status = childText(configuration, 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw s3Error('IllegalVersioningConfigurationException');
  }
  call.bucket.versioning = status;
  return {};
}

/** `GetBucketEncryption`. */
export function getBucketEncryption(call: BucketCall): Reply {
  authorize(call, 's3:GetEncryptionConfiguration', { bucket: call.bucket });
  const { algorithm, keyId, bucketKey } = call.bucket.encryption;
  return {
    xml: {
      root: 'ServerSideEncryptionConfiguration',
      node: {
        Rule: {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId },
          BucketKeyEnabled: bucketKey,
        },
      },
    },
  };
}

/** `PutBucketEncryption`. */
export async function putBucketEncryption(call: BucketCall): Promise<Reply> {
  authorize(call, 's3:PutEncryptionConfiguration', { bucket: call.bucket });
  const configuration = readXml(await receiveText(call), 'ServerSideEncryptionConfiguration');
  expectOnly(configuration, ['Rule']);
  const rule = onlyChild(configuration, 'Rule');
  expectOnly(rule, ['ApplyServerSideEncryptionByDefault', 'BucketKeyEnabled']);
  const byDefault = onlyChild(rule, 'ApplyServerSideEncryptionByDefault');
  expectOnly(byDefault, ['SSEAlgorithm', 'KMSMasterKeyID']);
  const algorithm = childText(byDefault, 'SSEAlgorithm');
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms') {
    throw notImplemented(`Default encryption with ${algorithm ?? 'nothing'}`);
  }
  const keyId = childText(byDefault, 'KMSMasterKeyID');
  const encryption: DefaultEncryption = {
    algorithm,
    ...(keyId === undefined ? {} : { keyId }),
    bucketKey: childText(rule, 'BucketKeyEnabled') === 'true',
  };
  call.bucket.encryption = encryption;
  return {};
}

/** `DeleteBucketEncryption`: back to SSE-S3, which no bucket is without. */
export function deleteBucketEncryption(call: BucketCall): Reply {
  authorize(call, 's3:PutEncryptionConfiguration', { bucket: call.bucket });
  call.bucket.encryption = { algorithm: 'AES256', bucketKey: false };
  return { status: 204 };
}

const publicAccessFields = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const satisfies readonly (keyof PublicAccessBlock)[];

/** `GetPublicAccessBlock`. */
export function getPublicAccessBlock(call: BucketCall): Reply {
  authorize(call, 's3:GetBucketPublicAccessBlock', { bucket: call.bucket });
  const { publicAccessBlock } = call.bucket;
  if (publicAccessBlock === undefined) {
    throw s3Error('NoSuchPublicAccessBlockConfiguration');
  }
  return { xml: { root: 'PublicAccessBlockConfiguration', node: { ...publicAccessBlock } } };
}

/** `PutPublicAccessBlock`: a switch that is not named is off. */
export async function putPublicAccessBlock(call: BucketCall): Promise<Reply> {
  authorize(call, 's3:PutBucketPublicAccessBlock', { bucket: call.bucket });
  const configuration = readXml(await receiveText(call), 'PublicAccessBlockConfiguration');
  expectOnly(configuration, publicAccessFields);
  const isOn = (field: keyof PublicAccessBlock): boolean => childText(configuration, field) === 'true';
  call.bucket.publicAccessBlock = {
    BlockPublicAcls: isOn('BlockPublicAcls'),
    IgnorePublicAcls: isOn('IgnorePublicAcls'),
    BlockPublicPolicy: isOn('BlockPublicPolicy'),
    RestrictPublicBuckets: isOn('RestrictPublicBuckets'),
  };
  return {};
}

/** `DeletePublicAccessBlock`. */
export function deletePublicAccessBlock(call: BucketCall): Reply {
  authorize(call, 's3:PutBucketPublicAccessBlock', { bucket: call.bucket });
  call.bucket.publicAccessBlock = undefined;
  return { status: 204 };
}

/** `GetBucketOwnershipControls`. */
export function getBucketOwnershipControls(call: BucketCall): Reply {
  authorize(call, 's3:GetBucketOwnershipControls', { bucket: call.bucket });
  return { xml: { root: 'OwnershipControls', node: { Rule: { ObjectOwnership: 'BucketOwnerEnforced' } } } };
}

/** `PutBucketOwnershipControls`: there are no ACLs here, so the bucket's owner owns everything. */
export async function putBucketOwnershipControls(call: BucketCall): Promise<Reply> {
  authorize(call, 's3:PutBucketOwnershipControls', { bucket: call.bucket });
  const controls = readXml(await receiveText(call), 'OwnershipControls');
  const ownership = childText(onlyChild(controls, 'Rule'), 'ObjectOwnership');
  if (ownership !== 'BucketOwnerEnforced') {
    throw notImplemented(`The object ownership ${ownership ?? 'without a name'}`);
  }
  return {};
}

/** `GetObjectLockConfiguration`: no bucket here locks objects. */
export function getObjectLockConfiguration(call: BucketCall): Reply {
  authorize(call, 's3:GetBucketObjectLockConfiguration', { bucket: call.bucket });
  throw s3Error('ObjectLockConfigurationNotFoundError');
}

function onlyChild(element: XmlElement, name: string): XmlElement {
  const [child, ...others] = childrenNamed(element, name);
  if (child === undefined || others.length > 0) {
    throw s3Error('MalformedXML', { message: `${element.name} must contain one ${name}` });
  }
  return child;
}
