import type { RuleText } from '../rule.ts';

/** What the trials of `statesync doctor` are for; they try, where rules look. */
export const accessMissing: RuleText = {
  id: 'ACCESS-MISSING',
  severity: 'error',
  title: 'The role may do all that it needs.',
  explanation:
    "Who replicates from a store lists it and reads its objects. Who keeps a replica also lists its history, asks how the bucket encrypts, writes, deletes, and gives up unfinished uploads: these are the actions that the deployed roles are given (docs/deploy.md). Each is tried, and what is denied is named as the provider's policies name it; where the key of the encryption is what may not be used, that is `kms:Decrypt` or `kms:GenerateDataKey`. Without `s3:ListBucket`, S3 answers 403 to a read of a key that does not exist, which is never taken for absence. Without `--role`, what a source needs is tried.",
};

export const accessFurther: RuleText = {
  id: 'ACCESS-FURTHER',
  severity: 'info',
  title: 'What only other roles need may be done as well.',
  explanation:
    'Something was denied that the role in question does not need: older versions are read only by people who bring one back, and a source is never asked for its encryption. Nothing has to be done.',
};

export const accessUntried: RuleText = {
  id: 'ACCESS-UNTRIED',
  severity: 'info',
  title: 'All that the role needs was tried.',
  explanation:
    'Nothing can be said of an action that was not tried: reading needs an object to read, and writing is tried only with `--write`, under a scratch key below `.statesync/`, which is removed again.',
};

export const roleRules: readonly RuleText[] = [accessMissing, accessFurther, accessUntried];
