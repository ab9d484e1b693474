import { parseConfig } from '../../lib/config/parse.ts';
import { formatProblem } from '../../lib/config/problem.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';
import type { ResolvedConfig } from '../../lib/config/resolved.ts';

/** A configuration as its user writes it, resolved. Throws what is wrong with the text. */
export function configurationOf(text: string): ResolvedConfig {
  const parsed = parseConfig(text, 'statesync.yaml');
  if (!parsed.ok) {
    throw new Error(parsed.problems.map(formatProblem).join('\n'));
  }
  return resolveConfig(parsed.config);
}

/** One source and one destination, in two accounts. */
export const twoAccounts = `
version: 1
stores:
  prod: { url: s3://acme-kops-state/prod, region: eu-west-1, account: "111111111111" }
  replica: { url: s3://acme-kops-replica/prod, region: eu-central-1, account: "222222222222" }
routes:
  - { name: prod, from: prod, to: [{ store: replica }] }
`;

/** Two routes from one bucket into one other, and a second destination that is reached through a role of its own account. */
export const severalRoutes = `
version: 1
stores:
  prod: { url: s3://acme-kops-state/prod, region: eu-west-1, account: "111111111111" }
  test: { url: s3://acme-kops-state/test, region: eu-west-1, account: "111111111111" }
  prod-replica: { url: s3://acme-kops-replica/prod, region: eu-central-1, account: "222222222222" }
  test-replica: { url: s3://acme-kops-replica/test, region: eu-central-1, account: "222222222222" }
  vault:
    url: s3://acme-kops-vault
    region: us-east-1
    account: "333333333333"
    credentials: { role: "arn:aws:iam::333333333333:role/statesync" }
routes:
  - { name: prod, from: prod, to: [{ store: prod-replica }, { store: vault }] }
  - { name: test, from: test, to: [{ store: test-replica }] }
`;

/** The same configuration, with clusters that are judged, and somebody of each kind who is told. */
export function validated(text: string): string {
  const notify = [
    { sns: 'arn:aws:sns:eu-west-1:111111111111:kops-findings' },
    { eventBridge: 'default' },
    { webhook: { env: 'FINDINGS_WEBHOOK' } },
  ];
  const validate = JSON.stringify({ settle: 120, notify });
  return text.replace('stores:', `control: s3://acme-control/statesync\nvalidate: ${validate}\nstores:`);
}
