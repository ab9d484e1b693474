import { s3Schemes } from '../../vfs/schemes.ts';
import { parseStoreUrl } from '../../vfs/store-url.ts';
import type { Finding } from '../finding.ts';
import type { StoreRole } from '../rule.ts';
import { bucketFinding } from './findings-of-bucket.ts';
import { actionsOf, actionTexts, type StoreAction } from './role-needs.ts';
import { accessFurther, accessMissing, accessUntried } from './role-rules.ts';
import type { Tried } from './role-trials.ts';

type Denied = Extract<Tried, { readonly outcome: 'denied' }>;
type Untried = Extract<Tried, { readonly outcome: 'untried' }>;

/** What the trials of a role found, in the words of the provider. What could be tried in the end is not called untried. */
export function findingsOfRole(storeUrl: string, role: StoreRole, tried: readonly Tried[]): readonly Finding[] {
  const { scheme } = parseStoreUrl(storeUrl);
  const needed = actionsOf(role);
  const known = new Set(tried.flatMap(({ action, outcome }) => (outcome === 'untried' ? [] : action)));
  return tried.flatMap((one) => {
    if (one.outcome === 'denied') {
      const rule = needed.has(one.action) ? accessMissing : accessFurther;
      return bucketFinding(rule, denialText(one, scheme), one.key ?? storeUrl, one.key);
    }
    const isNews = one.outcome === 'untried' && needed.has(one.action) && !known.has(one.action);
    return isNews ? bucketFinding(accessUntried, untriedText(one, scheme), storeUrl) : [];
  });
}

function denialText({ action, reason, alsoOf = [] }: Denied, scheme: string): string {
  const others = alsoOf.length === 0 ? '' : `, also of the classes ${alsoOf.join(', ')}`;
  const left = action === 's3:DeleteObject' ? ', so that this object of the trial was left' : '';
  return `${rightTo(action, scheme, nameIn(reason))} is missing${others}${left}: ${reason}`;
}

function untriedText({ action, reason }: Untried, scheme: string): string {
  return `${rightTo(action, scheme)} was not tried: ${reason}`;
}

/** The action as the provider's policies name it, and what it is for; only the latter for a store that has no such names. */
function rightTo(action: StoreAction, scheme: string, named?: string): string {
  const { google, purpose } = actionTexts[action];
  const own = s3Schemes.has(scheme) ? action : undefined;
  const name = named ?? (scheme === 'gs' ? google : own);
  return name === undefined ? `the right to ${purpose}` : `${name} (to ${purpose})`;
}

/** S3 and Google say in their refusals what the caller's policies lack, which may be about the key of the encryption. */
function nameIn(reason: string): string | undefined {
  const [, ...names] =
    /perform: ([a-z0-9-]+:\w+)|Permission '([\w.]+)' denied|does not have (storage\.[\w.]+) access/.exec(reason) ?? [];
  return names.find((name) => name !== undefined) ?? (reason.includes(unusableKey) ? 'kms:Decrypt' : undefined);
}

/** The hint that drivers give to whatever the service of the keys refuses. */
const unusableKey = 'the KMS key cannot be used';
