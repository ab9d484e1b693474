import { knownValue, type PublicAccessBlock } from '../../../vfs/bucket-settings.ts';
import type { BucketProblem, BucketRule, BucketSubject } from '../../rule.ts';

const isPublic: BucketRule = {
  id: 'BUCKET-PUBLIC',
  on: 'bucket',
  severity: 'error',
  title: 'The bucket lets nobody in who is not named.',
  explanation:
    'A store holds private keys and secrets: whoever may read it owns the clusters. Neither the policy of the bucket nor its ACL may let in everybody, or everybody who has an account with the provider. The documents by which others trust the service accounts of a cluster (`serviceAccountIssuerDiscovery.discoveryStore`) must be public: they belong into a bucket of their own.',
  *check({ settings }) {
    const block = knownValue(settings.publicAccessBlock);
    if (knownValue(settings.policyIsPublic) === true && block?.ignoresPolicy !== true) {
      yield { detail: 'the policy of the bucket lets everybody in: remove the statement, or block public access' };
    }
    const isHeeded = block?.ignoresAcls !== true && knownValue(settings.acls) !== 'off';
    for (const { to, permission } of (isHeeded && knownValue(settings.grants)) || []) {
      if (to !== 'account') {
        const whom = to === 'everybody' ? 'everybody' : 'everybody who has an account with the provider';
        yield {
          detail: `the ACL of the bucket grants ${permission} to ${whom}: remove the grant, or block public access`,
        };
      }
    }
  },
};

const publicBlock: BucketRule = {
  id: 'BUCKET-PUBLIC-BLOCK',
  on: 'bucket',
  severity: 'warning',
  title: 'The bucket cannot be made public by mistake.',
  explanation:
    'Nobody is let in yet, and one statement or one ACL would do. S3 Block Public Access (all four switches) and public access prevention of Google Cloud Storage refuse it. An account or an organization may block it for all its buckets: that is not asked here, and then this needs no attention.',
  *check({ settings }) {
    const { publicAccessBlock: told } = settings;
    const open = told.kind === 'known' ? openIn(told.value) : [];
    if (told.kind === 'absent' || open.length === switches) {
      const detail =
        'nothing keeps the bucket from being made public, unless the account or the organization as a whole does: block public access';
      yield { detail };
    } else if (open.length > 0) {
      const detail = `public access is blocked in part: ${open.join(', ')}; switch on all four, unless the account as a whole does`;
      yield { detail };
    }
  },
};

const switches = 4;

/** What is still possible, switch by switch. */
function openIn({ refusesAcls, ignoresAcls, refusesPolicy, ignoresPolicy }: PublicAccessBlock): readonly string[] {
  return [
    ...(refusesAcls ? [] : ['new public ACLs are taken (BlockPublicAcls is off)']),
    ...(ignoresAcls ? [] : ['public ACLs count (IgnorePublicAcls is off)']),
    ...(refusesPolicy ? [] : ['public policies are taken (BlockPublicPolicy is off)']),
    ...(ignoresPolicy ? [] : ['public policies count (RestrictPublicBuckets is off)']),
  ];
}

const leaving =
  'kOps plans to give up ACLs (kubernetes/kops#18716), and will neither look for old grants nor replace them';

const grants: BucketRule = {
  id: 'BUCKET-ACL-GRANTS',
  on: 'bucket',
  severity: 'warning',
  title: 'Who else may use the bucket is said by its policy, not by an ACL.',
  explanation:
    'The ACL of the bucket grants something to another account. Such a grant ends on the day on which ACLs are switched off (`BucketOwnerEnforced`), which is the default of every new bucket; and kOps plans to give up ACLs. Say the same in the policy of the bucket first. ACLs of single objects are not looked at.',
  *check({ settings }) {
    const others = (knownValue(settings.grants) ?? []).filter(({ to }) => to === 'account');
    if (others.length > 0 && knownValue(settings.acls) !== 'off') {
      const permissions = [...new Set(others.map(({ permission }) => permission))].join(', ');
      const detail = `the ACL of the bucket grants ${permissions} to another account: ${leaving}; say it in the policy of the bucket`;
      yield { detail };
    }
  },
};

/** The one ACL that S3 still takes where ACLs are switched off. */
const harmlessAcl = 'bucket-owner-full-control';

const refusedAcl: BucketRule = {
  id: 'BUCKET-ACL-REFUSED',
  on: 'bucket',
  severity: 'error',
  title: 'kOps sends no ACL that the bucket refuses.',
  explanation:
    'Where ACLs are switched off (`BucketOwnerEnforced`), S3 refuses every write that carries one with `AccessControlListNotSupported`, but for `bucket-owner-full-control`. kOps sends the value of `KOPS_STATE_S3_ACL` with every object that it writes: unset the variable.',
  *check(subject) {
    if (isAclRefused(subject)) {
      const detail = `KOPS_STATE_S3_ACL is ${JSON.stringify(subject.acl)}, and the bucket takes no ACLs: every write of kOps fails with AccessControlListNotSupported; unset it`;
      yield { detail };
    }
  },
};

const leavingAcl: BucketRule = {
  id: 'BUCKET-ACL-LEAVING',
  on: 'bucket',
  severity: 'info',
  title: 'kOps is not told to send ACLs.',
  explanation:
    '`KOPS_STATE_S3_ACL` is set, and kOps plans to give up ACLs (kubernetes/kops#18716). The control plane does not know the variable: backups of etcd carry no ACL whatever it says. `BucketOwnerEnforced` makes the owner of the bucket the owner of all objects, which is what `bucket-owner-full-control` is for.',
  *check(subject): Iterable<BucketProblem> {
    if (subject.acl !== undefined && !isAclRefused(subject)) {
      const detail = `KOPS_STATE_S3_ACL is set: ${leaving}; set the ownership of the bucket to BucketOwnerEnforced, and unset the variable`;
      yield { detail };
    }
  },
};

function isAclRefused({ acl, settings }: BucketSubject): boolean {
  return acl !== undefined && acl !== harmlessAcl && knownValue(settings.acls) === 'off';
}

export const accessRules: readonly BucketRule[] = [isPublic, publicBlock, grants, refusedAcl, leavingAcl];
