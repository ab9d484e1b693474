import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { PolicyDocument } from '../lib/policy/policy-document.ts';

/** Says why a finding of cdk-nag is accepted for a construct and what is in it. */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

/** Accepts the wildcards at the end of a policy's resources: a store is known by its prefix, not by its keys. */
export function acknowledgePrefixes(construct: IConstruct, { Statement }: PolicyDocument): void {
  const resources = Statement.flatMap(({ Resource }) => Resource).filter((resource) => resource.endsWith('/*'));
  for (const resource of new Set(resources)) {
    acknowledge(construct, `IAM5[Resource::${resource}]`, 'All objects of one store, and of no other.');
  }
}
