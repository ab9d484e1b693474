import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { findConfiguration } from '../../infra/configuration.ts';
import { addStacks, createApp } from '../../infra/deployment.ts';
import { loadResolved } from '../../lib/config/resolved.ts';
import { digestOf } from '../../lib/local-cloud/lambda/asset.ts';
import { deploymentOf } from '../../lib/policy/deployed-routes.ts';
import { configurationOf, severalRoutes, twoAccounts, validated } from '../policy/configuration.ts';
import { appOf, emptyBundles, type Resource, resources, temporaryFolder } from './synthesized.ts';

const root = join(import.meta.dirname, '../..');

/** The folder that a function is deployed from. */
function assetOf(outdir: string, { Properties }: Resource): string {
  return join(outdir, `asset.${Properties.Code.S3Key.replace('.zip', '')}`);
}

function findings(app: ReturnType<typeof createApp>): readonly string[] {
  return new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );
}

describe('the functions', () => {
  it('carry the bundles that were built, byte for byte, and the configuration beside them', async () => {
    const bundles = emptyBundles();
    const { template, outdir } = appOf(twoAccounts, { bundles });
    for (const [name, functionName] of [
      ['replicate', 'statesync-prod-replica-replicate'],
      ['reconcile', 'statesync-prod-reconcile'],
    ] as const) {
      const all = resources(template('source-acme-kops-state'), 'AWS::Lambda::Function');
      const asset = assetOf(outdir, all.find(({ Properties }) => Properties.FunctionName === functionName)!);
      expect(loadResolved(readFileSync(join(asset, 'statesync.json'), 'utf8'))).toEqual(configurationOf(twoAccounts));
      const copy = join(temporaryFolder(), 'copy');
      cpSync(asset, copy, { recursive: true });
      rmSync(join(copy, 'statesync.json'));
      expect(await digestOf(copy)).toBe(await digestOf(join(bundles, name)));
    }
  });

  it('carry nothing of an earlier build', () => {
    const outdir = temporaryFolder();
    const stale = join(outdir, 'bundles/replicate/chunks');
    mkdirSync(stale, { recursive: true });
    writeFileSync(join(stale, 'stale.mjs'), '');
    const app = createApp({ outdir });
    addStacks(app, { config: configurationOf(twoAccounts), bundles: emptyBundles() });
    const files = readdirSync(outdir, { recursive: true }).map(String);
    expect(files.some((file) => file.startsWith('asset.') && file.endsWith('index.mjs'))).toBe(true);
    expect(files.filter((file) => file.endsWith('stale.mjs'))).toEqual([]);
  });

  it('are not deployed without their bundles', () => {
    expect(() => appOf(twoAccounts, { bundles: temporaryFolder() })).toThrow(
      /replicate\/index\.mjs is missing; run npm run build first$/,
    );
  });

  it('carry no destination that is not deployed: their work on it would fail', () => {
    const text = twoAccounts
      .replace('stores:', 'stores:\n  offsite: { url: s3://acme-offsite, endpoint: "https://s3.example.com" }')
      .replace('{ store: replica }', '{ store: replica }, { store: offsite, sensitive: exclude }');
    const { template, outdir, leftOut } = appOf(text);
    const [worker] = resources(template('source-acme-kops-state'), 'AWS::Lambda::Function');
    const carried = loadResolved(readFileSync(join(assetOf(outdir, worker!), 'statesync.json'), 'utf8'));
    expect(carried).toEqual(deploymentOf(configurationOf(text)).config);
    expect(carried.routes[0]?.to.map(({ store }) => store)).toEqual(['replica']);
    expect(leftOut).toHaveLength(1);
  });
});

describe('the rules of AWS Solutions', () => {
  it.each([
    ['one route', twoAccounts, false],
    ['one route with a bucket that is made', twoAccounts, true],
    ['several routes', severalRoutes, false],
    ['several routes with a bucket that is made', severalRoutes, true],
    ['clusters that are judged', validated(severalRoutes), false],
  ])('find nothing in %s that is not accepted with a reason', (_name, text, createSources) => {
    expect(findings(appOf(text, { createSources }).app)).toEqual([]);
  });
});

describe('the configuration of the app', () => {
  it('is the one that is named', async () => {
    await expect(findConfiguration(root, 'nowhere.yaml')).rejects.toThrow('nowhere.yaml:1:1: the file cannot be read');
  });

  it('is the example in a checkout without its own, and a note says so', async () => {
    const { config, notes } = await findConfiguration(root);
    expect(config.routes).not.toEqual([]);
    const isExample = !existsSync(join(root, 'statesync.yaml'));
    expect(notes.some((note) => note.startsWith('there is no statesync.yaml'))).toBe(isExample);
  });

  it('is deployable as the example shows it, over the bundles that npm run build made', async () => {
    const { config } = await findConfiguration(root, join(root, 'examples/statesync.yaml'));
    const app = createApp({ outdir: temporaryFolder() });
    addStacks(app, { config, bundles: join(root, 'dist/functions') });
    expect(findings(app)).toEqual([]);
    const stacks = app.synth().stacks.map(({ stackName, environment }) => [stackName, environment.account]);
    expect(stacks).toEqual([
      ['statesync-replica-acme-kops-replica', '222222222222'],
      ['statesync-source-acme-kops-state', '111111111111'],
    ]);
  });
});
