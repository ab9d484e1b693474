import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucketPolicy, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { PolicyDocument } from '../../lib/policy/policy-document.ts';
import { acknowledge } from '../acknowledge.ts';

export interface StateBucketProps {
  readonly bucketName: string;
  /** Who may do what with the bucket; nothing is added to it. */
  readonly policy: PolicyDocument;
}

/**
 * A bucket fit for kOps state: versioned, owned as a whole by its account, closed to the public, encrypted, and kept when its stack goes.
 *
 * Nothing in it expires but the parts of uploads that were never completed.
 */
export class StateBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { bucketName, policy }: StateBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName,
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new CfnBucketPolicy(this, 'Policy', { bucket: bucketName, policyDocument: policy }).node.addDependency(this.bucket);
    acknowledge(
      this.bucket,
      'S1',
      'Where access logs go, and whether CloudTrail keeps them, is the choice of the account.',
    );
  }
}
