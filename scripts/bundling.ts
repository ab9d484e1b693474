import type { BuildOptions } from 'esbuild';

/**
 * How everything is bundled. Code that is loaded when it is first used stays in files of its own, so that a function never loads a store
 * that it does not speak to.
 */
export const bundled: BuildOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
  legalComments: 'none',
  external: ['proxy-agent'], // Of urllib, which ali-oss brings along: an optional peer that nothing here asks for.
};

/** Some of the SDK's dependencies are CommonJS and call `require` for built-in modules. */
const requireShim = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** How functions are bundled, with all that they need. */
export const bundledAsFunction: BuildOptions = {
  ...bundled,
  minify: true,
  keepNames: true,
  mainFields: ['module', 'main'],
  banner: { js: requireShim },
};
