import { expect } from '@jest/globals';
import fc from 'fast-check';
import { textSource } from '../../lib/vfs/body.ts';
import type { Precondition, Revision } from '../../lib/vfs/types.ts';
import { codeOf, inBytes, type Place, type Trial } from './trial.ts';

/** What a store should hold: per name, its text and the revisions it has had. */
interface Model {
  readonly texts: Map<string, string>;
  readonly revisions: Map<string, Revision[]>;
}

/** What happens next. `age` picks a revision of the key: 0 its last, 1 the one before. */
type Command =
  | { readonly kind: 'write'; readonly name: string; readonly text: string }
  | { readonly kind: 'make'; readonly name: string; readonly text: string }
  | { readonly kind: 'replace'; readonly name: string; readonly text: string; readonly age: number }
  | { readonly kind: 'delete'; readonly name: string }
  | { readonly kind: 'remove'; readonly name: string; readonly age: number }
  | { readonly kind: 'list'; readonly prefix: string };

/** No key lies beneath another, for stores of directories. */
const names = fc.constantFrom('a-b', 'a/b', 'a/c/d', 'a/c/e', 'a0', 'b', '\uff5e', '\u{1f600}/x');
const texts = fc.constantFrom('', 'one', 'two', 'three');
const ages = fc.nat({ max: 2 });
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), name: names, text: texts }),
  fc.record({ kind: fc.constant('make' as const), name: names, text: texts }),
  fc.record({ kind: fc.constant('replace' as const), name: names, text: texts, age: ages }),
  fc.record({ kind: fc.constant('delete' as const), name: names }),
  fc.record({ kind: fc.constant('remove' as const), name: names, age: ages }),
  fc.record({ kind: fc.constant('list' as const), prefix: fc.constantFrom('', 'a', 'a/', 'a/c/', 'b') }),
);

/** Any sequence of commands leaves what the same commands leave in a map. */
export function modelTests(trial: Trial): void {
  trial.test('a store behaves like a map', async (place) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 14 }), async (commands) => {
        run += 1;
        const model: Model = { texts: new Map(), revisions: new Map() };
        for (const next of commands.filter((one) => able(trial, one))) {
          await perform(place, `${run}/`, model, next);
        }
        await expectEqual(place, `${run}/`, '', model);
      }),
      { numRuns: trial.harness.modelRuns ?? 30 },
    );
  });
}

function able({ capabilities }: Trial, { kind }: Command): boolean {
  const { writeIfAbsent, writeIfMatch, deleteIfMatch } = capabilities;
  return { write: true, delete: true, list: true, make: writeIfAbsent, replace: writeIfMatch, remove: deleteIfMatch }[
    kind
  ];
}

async function perform(place: Place, run: string, model: Model, next: Command): Promise<void> {
  if (next.kind === 'list') {
    await expectEqual(place, run, next.prefix, model);
    return;
  }
  const key = place.key(run + next.name);
  const precondition = preconditionOf(model, next);
  const expected = precondition && refusalOf(model, next.name, precondition);
  if (precondition === undefined) {
    return;
  }
  if ('text' in next) {
    const call = place.store.write(key, textSource(next.text), { precondition });
    expect(await codeOf(call)).toBe(expected);
    if (expected === undefined) {
      model.texts.set(next.name, next.text);
      model.revisions.set(next.name, [(await call).revision, ...(model.revisions.get(next.name) ?? [])]);
    }
  } else if (precondition.kind !== 'if-absent') {
    expect(await codeOf(place.store.delete(key, { precondition }))).toBe(expected);
    if (expected === undefined) {
      model.texts.delete(next.name);
    }
  }
}

/** Undefined where the command names a revision that the key never had. */
function preconditionOf({ revisions }: Model, next: Command): Precondition | undefined {
  if (next.kind === 'make') {
    return { kind: 'if-absent' };
  }
  if (next.kind === 'replace' || next.kind === 'remove') {
    const revision = revisions.get(next.name)?.[next.age];
    return revision && { kind: 'if-match', revision };
  }
  return { kind: 'none' };
}

function refusalOf(model: Model, name: string, precondition: Precondition) {
  const present = model.texts.has(name);
  if (precondition.kind === 'if-absent') {
    return present ? 'AlreadyExists' : undefined;
  }
  const current = present ? model.revisions.get(name)?.[0] : undefined;
  return precondition.kind === 'if-match' && precondition.revision !== current ? 'PreconditionFailed' : undefined;
}

async function expectEqual(place: Place, run: string, prefix: string, model: Model): Promise<void> {
  const wanted = [...model.texts.keys()].filter((name) => name.startsWith(prefix)).sort(inBytes);
  const found = [...(await place.names(run + prefix))].sort(inBytes);
  expect(found).toEqual(wanted.map((name) => run + name));
  for (const name of wanted) {
    expect(await place.text(run + name)).toBe(model.texts.get(name));
  }
}
