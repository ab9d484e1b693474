import { classify } from '../../../kops/layout.ts';
import type { ObjectClass } from '../../../kops/object-class.ts';
import { knownValue, type LifecycleRule } from '../../../vfs/bucket-settings.ts';
import type { BucketProblem, BucketRule, BucketSubject } from '../../rule.ts';
import { isMeant, type Loss, lossesOf } from '../lifecycle-losses.ts';

/** Two clusters were lost so: kopeio/etcd-manager#299, etcd-io/etcd#13522. */
const control: BucketRule = {
  id: 'BUCKET-LIFECYCLE-CONTROL',
  on: 'bucket',
  severity: 'error',
  title: 'No lifecycle rule of the bucket takes control files of etcd away.',
  explanation:
    'The directory `control/` lies among the backups of etcd, and is none: once `etcd-cluster-created` is gone, a control plane with empty disks starts a new and **empty** etcd. These files are written once, or hardly ever again, so that a rule by age reaches them first of all. The rule is tried on every key of the store; the date is the earliest at which the bucket may take a file. Etcd-manager prunes backups by itself (`manager.backupRetentionDays`): remove the rule, or let it expire older versions only (`NoncurrentVersionExpiration`).',
  *check(subject) {
    const danger = {
      deletes: 'etcd-manager would then take the cluster for a new one and start an empty etcd',
      moves: 'etcd-manager cannot read them then, and the control plane does not come up',
    };
    yield* problemsOf(subject, ['control file', 'of etcd'], ['etcd-control'], danger);
  },
};

const state: BucketRule = {
  id: 'BUCKET-LIFECYCLE-STATE',
  on: 'bucket',
  severity: 'error',
  title: 'No lifecycle rule of the bucket takes files of the current state away.',
  explanation:
    'kOps writes what it keeps in a store when it changes, which may be once: clusters, instance groups, keysets, secrets and add-ons are all current, however old. A rule that deletes objects by age deletes them, and one that moves them to an archive (`GLACIER`, `DEEP_ARCHIVE`) leaves objects that nobody can read until they are restored by hand. In a bucket with versions the content is still in the history then. The rule is tried on every key of the store; the date is the earliest at which the bucket may take a file. Let rules expire older versions only.',
  *check(subject) {
    const danger = {
      deletes: 'what is current stays so however old it is, and the cluster cannot be changed without it',
      moves: 'what is current stays so however old it is, and nobody can read it then until it is restored by hand',
    };
    yield* problemsOf(subject, ['file', 'of the current state'], stateClasses, danger);
  },
};

const backups: BucketRule = {
  id: 'BUCKET-LIFECYCLE-BACKUPS',
  on: 'bucket',
  severity: 'warning',
  title: 'Backups of etcd are pruned by etcd-manager, and by no lifecycle rule.',
  explanation:
    'While a cluster runs, a rule that expires backups leaves those that are younger. Once no new ones come, because the control plane is down or sleeps, the rule goes on, and the last backup goes when it is needed most. Etcd-manager keeps one backup an hour for a week and one a day for 90 days (`manager.backupRetentionDays`), and deletes none while it takes none. A backup that was moved to an archive (`GLACIER`, `DEEP_ARCHIVE`) must be restored there before etcd can be restored from it.',
  *check(subject) {
    const danger = {
      deletes: 'where no new backups come, it goes on until the last one is gone; etcd-manager prunes by itself',
      moves: 'before etcd can be restored from such a backup, somebody must bring it back from the archive',
    };
    yield* problemsOf(subject, ['file', 'of backups'], ['etcd-backup'], danger);
  },
};

const unjudged: BucketRule = {
  id: 'BUCKET-LIFECYCLE-UNJUDGED',
  on: 'bucket',
  severity: 'info',
  title: 'What lifecycle rules take away can be told from a listing.',
  explanation:
    "Whether a rule with a condition on tags or on the storage class is for an object cannot be told from a listing. kOps and etcd-manager tag nothing and choose no storage class, so a rule for tagged objects is for theirs only where somebody else tags them. And where a store holds nothing of kOps's yet, rules have nothing to be tried on: look at them again when it does.",
  *check(subject) {
    for (const rule of rulesOf(subject)) {
      yield* doubtsOf(rule, subject);
    }
  },
};

/** Whatever kOps and etcd-manager keep, but for backups and commands, which come and go. */
const stateClasses: readonly ObjectClass[] = [
  'config',
  'instance-group',
  'cluster-addons',
  'completed-spec',
  'node-config',
  'addon',
  'manifest',
  'keyset',
  'ssh-key',
  'secret',
  'discovery',
];

/** So many days are enough to find out that something is missing. */
const enoughDays = 30;

const history: BucketRule = {
  id: 'BUCKET-HISTORY-SHORT',
  on: 'bucket',
  severity: 'warning',
  title: `Older versions are kept for ${enoughDays} days at least.`,
  explanation:
    'What was deleted or written over by mistake comes back from an older version, as long as the bucket has one. Where a rule deletes older versions after a few days, a mistake that is found later cannot be undone. A rule that keeps some of the newest older versions of each object (`NewerNoncurrentVersions`) is let alone.',
  *check(subject) {
    if (knownValue(subject.settings.versioning) === undefined) {
      return;
    }
    const rules = rulesOf(subject).filter(({ filter }) => filter.unjudged.length === 0 && mayReach(filter, subject));
    for (const { name, filter, actions } of rules) {
      for (const action of actions) {
        if (action.kind === 'delete-older' && action.keeps === 0 && action.afterDays < enoughDays) {
          const where = filter.prefixes.length === 0 ? '' : ` below ${filter.prefixes.join(', ')}`;
          const detail = `lifecycle rule ${JSON.stringify(name)} deletes older versions${where} ${daysText(action.afterDays)} after they are replaced: a mistake that is found later cannot be undone; give it ${enoughDays} days or more`;
          yield { detail };
        }
      }
    }
  },
};

export const lifecycleRules: readonly BucketRule[] = [control, state, backups, unjudged, history];

/** One problem for each lifecycle rule: about the first file that it takes. */
function* problemsOf(
  subject: BucketSubject,
  [noun, ofWhat]: readonly [noun: string, ofWhat: string],
  classes: readonly ObjectClass[],
  danger: Readonly<Record<'deletes' | 'moves', string>>,
): Iterable<BucketProblem> {
  const lifecycle = knownValue(subject.settings.lifecycle);
  for (const rule of rulesOf(subject)) {
    const losses = lossesOf(rule, lifecycle ?? { atMidnight: false }, subject).filter(({ key }) =>
      classes.some((one) => one === classify(key).class),
    );
    const [first] = losses;
    if (first !== undefined) {
      const [files, order] = losses.length === 1 ? [noun, 'this one'] : [`${noun}s`, 'this one first'];
      const what = `${losses.length} ${files} ${ofWhat}`;
      const does = first.archive === undefined ? 'deletes' : 'moves';
      const where = first.archive === undefined ? '' : ` to ${first.archive}`;
      const fate = `${does} ${what}${where}, ${order}, ${timeText(first, subject.now)}`;
      yield { key: first.key, detail: `lifecycle rule ${JSON.stringify(rule.name)} ${fate}: ${danger[does]}` };
    }
  }
}

function* doubtsOf({ name, filter, actions }: LifecycleRule, subject: BucketSubject): Iterable<BucketProblem> {
  const { prefix, files } = subject;
  const known = [...files].filter(([key]) => !['unknown', undefined].includes(classify(key).class));
  const meant = known.filter(([key, file]) => isMeant(filter, `${prefix}${key}`, file)).length;
  const takesCurrent = actions.some(({ kind }) => kind !== 'delete-older');
  if (known.length === 0 && takesCurrent && mayReach(filter, subject)) {
    const detail = `lifecycle rule ${JSON.stringify(name)} takes objects away, and the store holds nothing of kOps's that it could be tried on: look again when it does`;
    yield { detail };
  } else if (filter.unjudged.length > 0 && actions.length > 0 && meant > 0) {
    const conditions = filter.unjudged.join(' and ');
    const detail = `lifecycle rule ${JSON.stringify(name)} is for objects with ${conditions}, which a listing does not tell: make sure that none of the ${meant} files that fulfil its other conditions has it`;
    yield { detail };
  }
}

/** Whether a key of the store could have a beginning that the rule is for. */
function mayReach({ prefixes }: LifecycleRule['filter'], { prefix }: BucketSubject): boolean {
  return prefixes.length === 0 || prefixes.some((one) => one.startsWith(prefix) || prefix.startsWith(one));
}

function rulesOf({ settings }: BucketSubject): readonly LifecycleRule[] {
  return knownValue(settings.lifecycle)?.rules ?? [];
}

function timeText({ at }: Loss, now: Date): string {
  if (at === undefined) {
    return 'at a time that the listing does not tell';
  }
  const time = at.toISOString().replace('.000Z', 'Z');
  return at > now ? `on ${time}` : `which was due on ${time} and may happen at any time`;
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
