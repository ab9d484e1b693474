import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks, createApp, type DeploymentOptions } from '../../infra/deployment.ts';
import { configurationOf } from '../policy/configuration.ts';

const folders = mkdtempSync(join(tmpdir(), 'statesync-infra-'));
afterAll(() => rmSync(folders, { recursive: true, force: true }));

/** A folder of its own, which is removed after the tests. */
export function temporaryFolder(): string {
  return mkdtempSync(join(folders, 'folder-'));
}

/** A folder with bundles that do nothing, in the form of those that are built. */
export function emptyBundles(): string {
  const folder = temporaryFolder();
  for (const name of ['replicate', 'reconcile', 'validate']) {
    mkdirSync(join(folder, name, 'chunks'), { recursive: true });
    writeFileSync(join(folder, name, 'index.mjs'), `export const handler = () => '${name}';\n`);
    writeFileSync(join(folder, name, 'chunks', 'shared.mjs'), 'export {};\n');
  }
  return folder;
}

/** The app of a configuration, and its stacks by the names of their buckets. */
export interface Synthesized {
  readonly app: App;
  readonly outdir: string;
  readonly leftOut: readonly string[];
  /** The template of `source-BUCKET` or `replica-BUCKET`. */
  template(name: string): Template;
  stack(name: string): Stack;
}

const made = new Map<string, Synthesized>();

/** The app of a configuration, as its user writes it. Made once for the same text and options. */
export function appOf(text: string, options: Partial<DeploymentOptions> = {}): Synthesized {
  const name = JSON.stringify([text, options]);
  const known = made.get(name) ?? makeApp(text, options);
  made.set(name, known);
  return known;
}

function makeApp(text: string, options: Partial<DeploymentOptions>): Synthesized {
  const app = createApp({ outdir: temporaryFolder() });
  const leftOut = addStacks(app, { config: configurationOf(text), bundles: emptyBundles(), ...options });
  const stack = (name: string) => app.node.findChild(`statesync-${name}`) as Stack;
  return { app, outdir: app.outdir, leftOut, stack, template: (name) => Template.fromStack(stack(name)) };
}

/** One resource of a template, as CloudFormation reads it. */
export interface Resource {
  readonly id: string;
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of every type of resource.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** All resources of a type, such as `AWS::SQS::Queue`. */
export function resources(template: Template, type: string): readonly Resource[] {
  return Object.entries(template.findResources(type)).map(([id, resource]) => ({ id, ...resource }) as Resource);
}
