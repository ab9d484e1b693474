import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import type { Rule } from '../../lib/validation/rule.ts';

const root = join(import.meta.dirname, '../../lib/validation/rules');

/** The sources of all rules, by path below `lib/validation/rules`. */
export const ruleSources: ReadonlyMap<string, string> = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const),
);

type Exports = Record<string, unknown>;
type Run = (require: (specifier: string) => unknown, exports: Exports) => void;

/** A module of rules, compiled and not yet run. */
interface Compiled {
  readonly run: Run;
  /** What it imports: a path of another module of rules, or what lies outside. */
  readonly imports: ReadonlyMap<string, string | { readonly outside: unknown }>;
}

/** Loads all rules, any number of times, with the source of one module changed. */
export class RuleModules {
  readonly #compiled: ReadonlyMap<string, Compiled>;
  readonly #originals = new Map<string, Exports>();

  private constructor(compiled: ReadonlyMap<string, Compiled>) {
    this.#compiled = compiled;
  }

  /** Compiles the rules as they are, and imports what they need from outside their folder. */
  static async load(): Promise<RuleModules> {
    const compiled = new Map<string, Compiled>();
    for (const [path, source] of ruleSources) {
      const imports = new Map<string, string | { readonly outside: unknown }>();
      for (const [, specifier = ''] of source.matchAll(/^(?:import|\}) .*from '(.+)';$/gm)) {
        imports.set(specifier, await targetOf(path, specifier));
      }
      compiled.set(path, { run: compile(source), imports });
    }
    return new RuleModules(compiled);
  }

  /** All rules as they are. */
  rules(): readonly Rule[] {
    return this.#rulesIn(this.#originals, undefined);
  }

  /** Compiles a change of one module; what it returns loads the rules that the change reaches, and throws what their code throws. */
  change(path: string, source: string): () => readonly Rule[] {
    const originals = new Set(this.rules());
    const kept = [...this.#originals].filter(([other]) => !this.#reaches(other, path));
    const run = compile(source);
    return () => this.#rulesIn(new Map(kept), { path, run }).filter((rule) => !originals.has(rule));
  }

  #rulesIn(loaded: Map<string, Exports>, changed: { readonly path: string; readonly run: Run } | undefined) {
    const get = (path: string): Exports => {
      const known = loaded.get(path);
      const module = this.#compiled.get(path);
      if (known !== undefined || module === undefined) {
        return known ?? {};
      }
      const exports: Exports = {};
      loaded.set(path, exports);
      const required = (specifier: string): unknown => {
        const target = module.imports.get(specifier);
        return typeof target === 'string' ? get(target) : target?.outside;
      };
      (path === changed?.path ? changed.run : module.run)(required, exports);
      return exports;
    };
    const lists = [...this.#compiled.keys()].filter((path) => path.endsWith('/rules.ts'));
    return lists.flatMap((path) => Object.values(get(path)).flat() as Rule[]);
  }

  #reaches(from: string, to: string): boolean {
    const imports = [...(this.#compiled.get(from)?.imports.values() ?? [])];
    return from === to || imports.some((target) => typeof target === 'string' && this.#reaches(target, to));
  }
}

async function targetOf(path: string, specifier: string): Promise<string | { readonly outside: unknown }> {
  if (!specifier.startsWith('.')) {
    return { outside: await import(specifier) };
  }
  const file = join(root, dirname(path), specifier);
  const below = relative(root, file);
  return ruleSources.has(below) ? below : { outside: await import(pathToFileURL(file).href) };
}

function compile(source: string): Run {
  const { code } = transformSync(source, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  return new Function('require', 'exports', code) as Run;
}
