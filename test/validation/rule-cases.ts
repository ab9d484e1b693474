import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../lib/validation/finding.ts';
import { findingsOfSet, type ObjectSet } from '../../lib/validation/findings-of-set.ts';
import type { KopsObject } from '../../lib/validation/kops-object.ts';
import { readManifest } from '../../lib/validation/manifest/read-manifest.ts';
import { groupObjects, kopsObjectOf } from '../../lib/validation/objects.ts';
import type { ClusterContext, Rule } from '../../lib/validation/rule.ts';
import { parseVersion } from '../../lib/validation/versions.ts';

/**
 * A case of a rule: a manifest, in which `#! message` at the end of a line says what the rule finds on that line, after it
 * `(kOps: PATH)` where kOps prints another path, and `(fix: …)` where a fix is certain. Several are written behind each other. A first line `#: completed` says that kOps has completed the spec, `#: kops 1.36.0` which kOps wrote it;
 * a document that holds a line `#: applied` is the spec that was applied last, and one with `#: test NAME NUMBER` stands for a case
 * of kOps's own tests.
 */
export interface RuleCase {
  readonly path: string;
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
    const path = join(root, rule, name);
    const text = readFileSync(path, 'utf8');
    return { path, name, text, expected: expectationsOf(text) };
  });
}

/** What a rule finds in a case, line by line. */
export function foundBy(rule: Rule, example: RuleCase): readonly string[] {
  return linesOf(setsOf(example).flatMap((set) => findingsOfSet(set, [rule])));
}

/** Findings as the expectations of a case have them. */
export function linesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => `line ${finding.range.start.line}: ${describe(finding)}`).sort();
}

function describe({ message, kopsPath, pointer, fix }: Finding): string {
  const slip = kopsPath === undefined ? '' : ` (kOps: ${kopsPath})`;
  if (fix === undefined) {
    return `${message}${slip}`;
  }
  const place = fix.pointer === pointer ? '' : ` at ${fix.pointer}`;
  const name = fix.rename === undefined ? 'remove' : `name ${fix.rename}`;
  return `${message}${slip} (fix${place}: ${'value' in fix ? JSON.stringify(fix.value) : name})`;
}

/** The text of a case with what the rule finds in the place of what is expected. */
export function rewritten(rule: Rule, example: RuleCase): string {
  const lines = example.text.split('\n').map((line) => line.replace(/\s*#! .*$/, ''));
  for (const finding of setsOf(example).flatMap((set) => findingsOfSet(set, [rule]))) {
    lines[finding.range.start.line - 1] += ` #! ${describe(finding)}`;
  }
  return lines.join('\n');
}

/** The clusters of a case, and its instance groups without one. */
export function setsOf({ name, text }: RuleCase): readonly ObjectSet[] {
  const { documents, problems } = readManifest(text, name);
  if (problems.length > 0) {
    throw new Error(`the case is no good YAML: ${problems.map(({ message }) => message).join('; ')}`);
  }
  const parts = documentTexts(text);
  const isApplied = ({ document }: KopsObject): boolean => /^#: applied$/m.test(parts[document.index] ?? '');
  const objects = documents.map(kopsObjectOf).filter((object) => object !== undefined);
  const { clusters, others } = groupObjects(objects.filter((object) => !isApplied(object)));
  const applied = objects.find(isApplied);
  const context = { ...contextOf(text), ...(applied === undefined ? {} : { applied }) };
  return [
    ...clusters.map((set) => ({ ...context, ...set })),
    { ...context, cluster: undefined, instanceGroups: others },
  ];
}

/** The text of each document, with the comments above it. */
export function documentTexts(text: string): readonly string[] {
  return text.split(/^---$/m);
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
