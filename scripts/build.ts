import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { bundled, bundledAsFunction } from './bundling.ts';

// Builds what is deployed and what is installed: one folder for each function under `dist/functions`, and the CLI under `dist/cli`.

const functionEntries = {
  replicate: 'functions/aws/replicate.ts',
  reconcile: 'functions/aws/reconcile.ts',
  validate: 'functions/aws/validate.ts',
} as const;

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/meta', { recursive: true });
for (const [name, entry] of Object.entries(functionEntries)) {
  const { metafile } = await build({
    ...bundledAsFunction,
    entryPoints: { index: entry },
    outdir: `dist/functions/${name}`,
    metafile: true,
  });
  writeFileSync(`dist/meta/${name}.json`, JSON.stringify(metafile)); // What went where: tests and the bench read it.
}
await build({ ...bundled, entryPoints: { main: 'cli/main.ts' }, outdir: 'dist/cli', packages: 'external' });
