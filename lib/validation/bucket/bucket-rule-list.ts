import type { BucketRule } from '../rule.ts';
import { accessRules } from './rules/access.ts';
import { lifecycleRules } from './rules/lifecycle.ts';
import { settingRules } from './rules/settings.ts';
import { untoldRules } from './rules/untold.ts';

/** All rules of how a bucket is set up. */
export const allBucketRules: readonly BucketRule[] = [
  ...lifecycleRules,
  ...settingRules,
  ...accessRules,
  ...untoldRules,
];
