import type {
  GetBucketAclCommandOutput,
  GetBucketEncryptionCommandOutput,
  GetBucketOwnershipControlsCommandOutput,
  GetBucketVersioningCommandOutput,
  GetObjectLockConfigurationCommandOutput,
  GetPublicAccessBlockCommandOutput,
} from '@aws-sdk/client-s3';
import type {
  BucketGrant,
  BucketSettings,
  DefaultEncryption,
  PublicAccessBlock,
  Retention,
} from '../bucket-settings.ts';

// What S3 answers about a bucket, in the words of the seam. Undefined where the answer says that there is none.

/** The two groups of which anybody may be a member. */
const groups: Readonly<Record<string, BucketGrant['to']>> = {
  'http://acs.amazonaws.com/groups/global/AllUsers': 'everybody',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers': 'any-account',
};

type Versioning = Extract<BucketSettings['versioning'], { readonly kind: 'known' }>['value'];

export function versioningIn({ Status }: GetBucketVersioningCommandOutput): Versioning | undefined {
  if (Status === undefined) {
    return undefined;
  }
  return Status === 'Enabled' ? 'enabled' : 'suspended';
}

/** A switch that is not named is off. */
export function publicAccessBlockIn({
  PublicAccessBlockConfiguration: switches = {},
}: GetPublicAccessBlockCommandOutput): PublicAccessBlock {
  return {
    refusesAcls: switches.BlockPublicAcls === true,
    ignoresAcls: switches.IgnorePublicAcls === true,
    refusesPolicy: switches.BlockPublicPolicy === true,
    ignoresPolicy: switches.RestrictPublicBuckets === true,
  };
}

/** The owner's own grants are left out, and those to the service that writes access logs. */
export function grantsIn({ Owner, Grants = [] }: GetBucketAclCommandOutput): readonly BucketGrant[] {
  return Grants.flatMap(({ Grantee: grantee = undefined, Permission = '' }) => {
    const to = grantee?.URI === undefined ? 'account' : groups[grantee.URI];
    const isOwner = grantee?.ID !== undefined && grantee.ID === Owner?.ID;
    return to === undefined || isOwner ? [] : [{ to, permission: Permission }];
  });
}

export function ownershipIn({ OwnershipControls }: GetBucketOwnershipControlsCommandOutput): 'on' | 'off' {
  return OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced' ? 'off' : 'on';
}

/** A bucket may be able to lock objects and yet keep none by default. */
export function retentionIn({
  ObjectLockConfiguration,
}: GetObjectLockConfigurationCommandOutput): Retention | undefined {
  const { Mode, Days, Years } = ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
  const days = Days ?? (Years === undefined ? undefined : Years * 365);
  return Mode === undefined
    ? undefined
    : { mode: Mode, ...(days === undefined ? {} : { days }), takesNewVersions: true };
}

export function encryptionIn({
  ServerSideEncryptionConfiguration,
}: GetBucketEncryptionCommandOutput): DefaultEncryption | undefined {
  const { SSEAlgorithm, KMSMasterKeyID } =
    ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault ?? {};
  return SSEAlgorithm === undefined
    ? undefined
    : { algorithm: SSEAlgorithm, ...(KMSMasterKeyID === undefined ? {} : { key: KMSMasterKeyID }) };
}
