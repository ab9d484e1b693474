import { describe, expect, it } from '@jest/globals';
import { mutantsOf } from './mutants.ts';
import { RuleModules, ruleSources } from './rule-modules.ts';

const changesOf = (source: string): readonly string[] => mutantsOf(source).map(({ change }) => change);

describe('the mutants of a source', () => {
  it.each([
    ['bounds', 'f(a < 2);', ['< → <=', '2 → 3', '2 → (1)']],
    ['operators', 'f(a && !b);', ['&& → ||', '!b → b']],
    ['conditions', 'if (a) f();', ['a → (true)', 'a → (false)']],
    ['choices', 'f(a ? b : c);', ['a → true', 'a → false']],
    ['problems that are yielded', 'function* g() { yield f(); }', ['yield f(); → ;']],
    ['texts that are compared', "f(a === 'x');", ['=== → !==', "'x' → 'x~'"]],
    ['elements of lists', "const a = ['x', f];", ["'x' → 'x~'"]],
    ['names of fields', "spec.at('x', 'y');", ["'x' → 'x~'", "'y' → 'y~'"]],
    ['cases', "switch (a) { case 'x': }", ["'x' → 'x~'"]],
    ['expressions', 'f(/^a$/i);', ['/^a$/i → /a$/i', '/^a$/i → /^a/i']],
    ['questions to elements', 'a.some(f);', ['some → every']],
  ])('are of %s', (_, source, changes) => {
    expect(changesOf(source)).toEqual(changes);
  });

  it('are none of types, nor of what a rule says of itself', () => {
    expect(changesOf("type A = 4 | 'x'; const rule = { id: 'X', kops: ['8.2#1'] }; f(a as 4 | 6);")).toEqual([]);
  });

  it('have their place behind letters of several bytes', () => {
    const [mutant] = mutantsOf("// ˚µs\nconst a = 'ü';\nf(a === b);\n");
    expect(mutant).toEqual({ line: 3, change: '=== → !==', source: "// ˚µs\nconst a = 'ü';\nf(a !== b);\n" });
  });
});

describe('a changed module', () => {
  it('loads as before where nothing changed', async () => {
    const modules = await RuleModules.load();
    const ids = modules.rules().map(({ id }) => id);
    for (const [path, source] of ruleSources) {
      expect(ids).toEqual(
        expect.arrayContaining(
          modules
            .change(path, source)()
            .map(({ id }) => id),
        ),
      );
    }
  });

  it('changes the rules that import it, and no other', async () => {
    const modules = await RuleModules.load();
    const changed = modules.change('one-of.ts', (ruleSources.get('one-of.ts') ?? '').replace('!allowed', 'allowed'))();
    const ids = changed.map(({ id }) => id);
    expect(ids).toContain('CALICO-FIELDS');
    expect(ids).not.toContain('ETCD-MEMBER-COUNT');
    expect(modules.change('etcd/member-count.ts', 'throw new Error();')).toThrow();
  });
});
