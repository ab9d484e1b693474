import { deleteBucketPolicy, getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from './bucket-policy.ts';
import * as settings from './bucket-settings.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts';
import type { BucketCall, Call, Reply } from './call.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-object.ts';
import { getObject } from './get-object.ts';
import { deleteBucketLifecycle, getBucketLifecycle, putBucketLifecycle } from './lifecycle.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import { completeMultipartUpload } from './multipart-complete.ts';
import { listMultipartUploads, listParts } from './multipart-list.ts';
import { abortMultipartUpload, createMultipartUpload } from './multipart-upload.ts';
import { getBucketNotification, putBucketNotification } from './notifications.ts';
import { getBucketAcl, getObjectAcl, getObjectAttributes, putAcl } from './object-info.ts';
import { putObject } from './put-object.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging.ts';
import { uploadPart, uploadPartCopy } from './upload-part.ts';

type Handler<C> = (call: C) => Reply | Promise<Reply>;

/** Operations that need no bucket to exist. */
export const serviceOperations: Readonly<Record<string, Handler<Call>>> = {
  CreateBucket: createBucket,
  ListBuckets: listBuckets,
};

/** Operations on a bucket that exists, and on the objects in it. */
export const bucketOperations: Readonly<Record<string, Handler<BucketCall>>> = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateMultipartUpload: createMultipartUpload,
  DeleteBucket: deleteBucket,
  DeleteBucketEncryption: settings.deleteBucketEncryption,
  DeleteBucketLifecycle: deleteBucketLifecycle,
  DeleteBucketPolicy: deleteBucketPolicy,
  DeleteObject: deleteObject,
  DeleteObjectTagging: deleteObjectTagging,
  DeleteObjects: deleteObjects,
  DeletePublicAccessBlock: settings.deletePublicAccessBlock,
  GetBucketAcl: getBucketAcl,
  GetBucketEncryption: settings.getBucketEncryption,
  GetBucketLifecycleConfiguration: getBucketLifecycle,
  GetBucketLocation: getBucketLocation,
  GetBucketNotificationConfiguration: getBucketNotification,
  GetBucketOwnershipControls: settings.getBucketOwnershipControls,
  GetBucketPolicy: getBucketPolicy,
  GetBucketPolicyStatus: getBucketPolicyStatus,
  GetBucketVersioning: settings.getBucketVersioning,
  GetObject: getObject,
  GetObjectAcl: getObjectAcl,
  GetObjectAttributes: getObjectAttributes,
  GetObjectLockConfiguration: settings.getObjectLockConfiguration,
  GetObjectTagging: getObjectTagging,
  GetPublicAccessBlock: settings.getPublicAccessBlock,
  HeadBucket: headBucket,
  HeadObject: getObject,
  ListMultipartUploads: listMultipartUploads,
  ListObjectVersions: listObjectVersions,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListParts: listParts,
  PutBucketAcl: putAcl,
  PutBucketEncryption: settings.putBucketEncryption,
  PutBucketLifecycleConfiguration: putBucketLifecycle,
  PutBucketNotificationConfiguration: putBucketNotification,
  PutBucketOwnershipControls: settings.putBucketOwnershipControls,
  PutBucketPolicy: putBucketPolicy,
  PutBucketVersioning: settings.putBucketVersioning,
  PutObject: putObject,
  PutObjectAcl: putAcl,
  PutObjectTagging: putObjectTagging,
  PutPublicAccessBlock: settings.putPublicAccessBlock,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
};
