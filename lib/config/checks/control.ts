import { lacksOf } from '../../vfs/coordination.ts';
import { declaredCapabilities } from '../../vfs/declared-capabilities.ts';
import { type Draft, type DraftControl, legsOf } from '../draft.ts';
import type { Finding } from '../finding.ts';
import { didYouMean } from '../nearest.ts';
import { relation } from '../place.ts';

const path = ['control'];

/** A control store that is none: unknown, of a kind that cannot keep leases, or where state is kept. */
export function checkControl(draft: Draft): readonly Finding[] {
  const { control } = draft;
  if (control === undefined) {
    return [];
  }
  return [...unknownStore(control, draft), ...lackingConditions(control), ...insideState(control, draft)];
}

function unknownStore({ name }: DraftControl, { storeNames }: Draft): readonly Finding[] {
  if (name === undefined || storeNames.has(name)) {
    return [];
  }
  const hint = didYouMean(name, storeNames);
  const ways = hint === '' ? '; add it under stores, or write a URL such as s3://acme-statesync-control' : hint;
  return [{ path, message: `there is no store ${JSON.stringify(name)}${ways}` }];
}

/** What the kind of store is known not to do, and what is pinned; what a store ignores is found when it is opened. */
function lackingConditions({ store }: DraftControl): readonly Finding[] {
  const declared = store && declaredCapabilities(store.scheme, { amazon: !store.onlyLikeS3 });
  if (declared === undefined) {
    return [];
  }
  const lacks = lacksOf({ ...declared, ...store?.capabilities });
  const message = `this store cannot keep leases: it ${lacks.join(', ')}; name another one, such as a bucket of Amazon S3`;
  return lacks.length === 0 ? [] : [{ path, message }];
}

/** kOps takes what lies in a cluster's prefix for its own, and a replica holds nothing but what its source holds. */
function insideState({ store }: DraftControl, draft: Draft): readonly Finding[] {
  if (store === undefined) {
    return [];
  }
  const words = { same: 'is', inside: 'lies inside', around: 'has inside it' } as const;
  const used = new Map(legsOf(draft).flatMap(({ from, to }) => [from, to].map((one) => [one.name, one])));
  return [...used.values()].flatMap((state) => {
    const how = relation(store.place, state.place);
    const message = `the control store ${how === 'apart' ? '' : words[how]} ${JSON.stringify(state.name)}, which a route reads or writes; use a bucket or prefix of its own`;
    return how === 'apart' ? [] : [{ path, message }];
  });
}
