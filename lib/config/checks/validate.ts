import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';

/** Validation without a place for what it finds. */
export function checkValidate({ validates, namesControl }: Draft): readonly Finding[] {
  const message =
    '"validate" needs a control store, where the findings are kept; add one, for example control: s3://acme-statesync-control';
  return validates && !namesControl ? [{ path: ['validate'], message, part: 'key' }] : [];
}
