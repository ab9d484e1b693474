import type { Check } from './check.ts';
import { accessChecks } from './s3-access.ts';
import { bucketChecks } from './s3-buckets.ts';
import { checksumChecks } from './s3-checksums.ts';
import { conditionChecks } from './s3-conditions.ts';
import { copyChecks } from './s3-copies.ts';
import { listingChecks } from './s3-listings.ts';
import { multipartChecks } from './s3-multipart.ts';
import { multipartChecksumChecks } from './s3-multipart-checksums.ts';
import { notificationChecks } from './s3-notifications.ts';
import { objectChecks } from './s3-objects.ts';
import type { S3Subject } from './s3-subject.ts';
import { versionChecks } from './s3-versions.ts';

/** The contract of S3, as far as this project relies on it. */
export const s3Checks: readonly Check<S3Subject>[] = [
  ...bucketChecks,
  ...objectChecks,
  ...conditionChecks,
  ...checksumChecks,
  ...copyChecks,
  ...multipartChecks,
  ...multipartChecksumChecks,
  ...listingChecks,
  ...versionChecks,
  ...accessChecks,
  ...notificationChecks,
];
