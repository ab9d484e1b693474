import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../lib/validation/finding.ts';
import { findingsOfSet } from '../../lib/validation/findings-of-set.ts';
import type { KopsObject } from '../../lib/validation/kops-object.ts';
import { readManifest } from '../../lib/validation/manifest/read-manifest.ts';
import { groupObjects, kopsObjectOf } from '../../lib/validation/objects.ts';
import type { ClusterContext, Rule } from '../../lib/validation/rule.ts';
import { parseVersion } from '../../lib/validation/versions.ts';

/**
 * A case of a rule: a manifest, in which `#! message` at the end of a line says what the rule finds on that line. Several are
 * written behind each other. A first line `#: completed` says that kOps has completed the spec, `#: kops 1.36.0` which kOps wrote it;
 * a document that holds a line `#: applied` is the spec that was applied last.
 */
export interface RuleCase {
  readonly name: string;
  readonly text: string;
  readonly expected: readonly string[];
}

const root = join(import.meta.dirname, 'rules');

/** The folders of cases, which are named like the rules. */
export const caseFolders: readonly string[] = readdirSync(root);

/** The cases of one rule. */
export function casesOf(rule: string): readonly RuleCase[] {
  return readdirSync(join(root, rule)).map((name) => {
    const text = readFileSync(join(root, rule, name), 'utf8');
    return { name, text, expected: expectationsOf(text) };
  });
}

/** What a rule finds in a case, line by line. */
export function foundBy(rule: Rule, { name, text }: RuleCase): readonly string[] {
  const { documents, problems } = readManifest(text, name);
  if (problems.length > 0) {
    throw new Error(`the case is no good YAML: ${problems.map(({ message }) => message).join('; ')}`);
  }
  const parts = text.split(/^---$/m);
  const isApplied = ({ document }: KopsObject): boolean => /^#: applied$/m.test(parts[document.index] ?? '');
  const objects = documents.map(kopsObjectOf).filter((object) => object !== undefined);
  const { clusters, others } = groupObjects(objects.filter((object) => !isApplied(object)));
  const applied = objects.find(isApplied);
  const context = { ...contextOf(text), ...(applied === undefined ? {} : { applied }) };
  const findings = [
    ...clusters.flatMap((set) => findingsOfSet({ ...context, ...set }, [rule])),
    ...findingsOfSet({ ...context, cluster: undefined, instanceGroups: others }, [rule]),
  ];
  return findings.map(describeFinding).sort();
}

function describeFinding({ range, message }: Finding): string {
  return `line ${range.start.line}: ${message}`;
}

function expectationsOf(text: string): readonly string[] {
  const lines = text.split('\n').flatMap((line, index) =>
    line
      .split(/\s*#! /)
      .slice(1)
      .map((message) => `line ${index + 1}: ${message.trim()}`),
  );
  return lines.sort();
}

function contextOf(text: string): ClusterContext {
  const directives = [...text.matchAll(/^#: (.+)$/gm)].map(([, directive = '']) => directive.trim());
  const version = directives.find((directive) => directive.startsWith('kops '))?.slice('kops '.length);
  return {
    completed: directives.includes('completed'),
    kopsVersion: version === undefined ? undefined : parseVersion(version),
  };
}
