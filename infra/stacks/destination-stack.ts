import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ReplicaBucket } from '../../lib/policy/deployed-buckets.ts';
import { replicaBucketPolicy } from '../../lib/policy/replication-access.ts';
import { StateBucket } from '../constructs/state-bucket.ts';

export interface DestinationStackProps extends StackProps {
  /** The bucket, and all that writes into it. */
  readonly replica: ReplicaBucket;
}

/** A bucket for replicas, in its own account and region, that lets in the roles of its routes and nobody else. */
export class DestinationStack extends Stack {
  readonly bucket: StateBucket;

  constructor(scope: Construct, id: string, { replica, ...props }: DestinationStackProps) {
    super(scope, id, props);
    const { place, legs } = replica;
    const policy = replicaBucketPolicy(place, legs);
    this.bucket = new StateBucket(this, 'Replica', { bucketName: place.bucket, policy });
  }
}
