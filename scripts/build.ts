import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type BuildOptions, build } from 'esbuild';

/**
 * Builds what is deployed and what is installed: one folder for each function under `dist/functions`, and the CLI under `dist/cli`.
 *
 * Code that is loaded when it is first used stays in files of its own, so that a function never loads a store that it does not speak to.
 */
const shared: BuildOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
  metafile: true,
  legalComments: 'none',
};

/** Some of the SDK's dependencies are CommonJS and call `require` for built-in modules. */
const requireShim = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const functionEntries = {
  replicate: 'functions/aws/replicate.ts',
  reconcile: 'functions/aws/reconcile.ts',
} as const;

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/meta', { recursive: true });
for (const [name, entry] of Object.entries(functionEntries)) {
  const { metafile } = await build({
    ...shared,
    entryPoints: { index: entry },
    outdir: `dist/functions/${name}`,
    minify: true,
    keepNames: true,
    mainFields: ['module', 'main'],
    banner: { js: requireShim },
  });
  writeFileSync(`dist/meta/${name}.json`, JSON.stringify(metafile)); // What went where: tests and the bench read it.
}
await build({ ...shared, entryPoints: { main: 'cli/main.ts' }, outdir: 'dist/cli', packages: 'external' });
