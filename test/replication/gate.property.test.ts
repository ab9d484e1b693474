import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { deliver, shuffled } from './changes.ts';
import { clusterText, config, controlPlane, createGatedPair, groupText, nodes } from './configurations.ts';
import { cluster, contents, type TestPair } from './pair.ts';

const spot = `${cluster}/instancegroup/spot`;
type Zone = 'a' | 'b';

/** A configuration that is valid or not by construction: what the rules say of it is not asked. */
interface Model {
  readonly members: 1 | 2;
  readonly zone: Zone;
  readonly groups: Readonly<Record<string, { readonly zone: Zone; readonly maxSize: number }>>;
}

type Edit =
  | { readonly kind: 'cluster'; readonly members: 1 | 2; readonly zone: Zone }
  | { readonly kind: 'group'; readonly key: string; readonly zone: Zone; readonly maxSize: number }
  | { readonly kind: 'removal'; readonly key: string };

const zone = fc.constantFrom<Zone>('a', 'a', 'a', 'b');
const worker = fc.constantFrom(nodes, spot);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('cluster' as const), members: fc.constantFrom(1, 1, 2), zone }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('group' as const),
      key: worker,
      zone,
      maxSize: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('group' as const),
      key: fc.constant(controlPlane),
      zone,
      maxSize: fc.constant(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('removal' as const), key: fc.constantFrom(nodes, spot, controlPlane) }),
  },
);
const edits = fc.array(edit, { minLength: 1, maxLength: 14 });

const first: Model = {
  members: 1,
  zone: 'a',
  groups: { [controlPlane]: { zone: 'a', maxSize: 1 }, [nodes]: { zone: 'a', maxSize: 1 } },
};

function isValid({ members, zone: own, groups }: Model): boolean {
  const names = Object.keys(groups);
  const isWhole = names.length === 0 || (names.includes(controlPlane) && names.length > 1);
  return members === 1 && isWhole && Object.values(groups).every((group) => group.zone === own);
}

function edited({ groups, ...model }: Model, one: Edit): Model {
  switch (one.kind) {
    case 'cluster':
      return { members: one.members, zone: one.zone, groups };
    case 'group':
      return { ...model, groups: { ...groups, [one.key]: { zone: one.zone, maxSize: one.maxSize } } };
    case 'removal':
      return { ...model, groups: Object.fromEntries(Object.entries(groups).filter(([key]) => key !== one.key)) };
  }
}

/** The files of a model. */
function filesOf({ members, zone: own, groups }: Model): Readonly<Record<string, string>> {
  const texts = Object.entries(groups).map(([key, { zone: theirs, maxSize }]) => {
    const role = key === controlPlane ? 'Master' : 'Node';
    return [key, groupText(key.split('/').at(-1) ?? '', { role, subnet: `eu-west-1${theirs}`, maxSize })] as const;
  });
  return {
    [config]: clusterText({ members }).replaceAll('eu-west-1a', `eu-west-1${own}`),
    ...Object.fromEntries(texts),
  };
}

function keyOf(one: Edit): string {
  return one.kind === 'cluster' ? config : one.key;
}

/** Makes the source hold a model, of which one key was edited. */
async function write(pair: TestPair, model: Model, key: string): Promise<void> {
  const text = filesOf(model)[key];
  await (text === undefined ? pair.remove(key) : pair.put(key, text));
}

async function writeAll(pair: TestPair, model: Model): Promise<void> {
  for (const key of Object.keys(filesOf(model))) {
    await write(pair, model, key);
  }
}

describe.each(['unique', 'content'] as const)('a gate that enforces, %s revisions', (revisions) => {
  it('keeps the replica at the last valid set that was looked at, by events in any order and multiplicity', async () => {
    await fc.assert(
      fc.asyncProperty(edits, fc.infiniteStream(fc.nat()), async (all, dice) => {
        const pair = createGatedPair('enforce', { memory: { revisions } });
        const roll = (sides: number) => (dice.next().value ?? 0) % sides;
        let model = first;
        let expected = filesOf(first);
        const work = async (events: readonly string[]) => {
          if (events.length > 0) {
            await deliver(pair, events);
            expected = isValid(model) ? filesOf(model) : expected;
            expect(await contents(pair.destination)).toEqual(expected);
          }
        };
        await writeAll(pair, first);
        await work([nodes]);
        const late: string[] = [];
        for (const one of all) {
          model = edited(model, one);
          await write(pair, model, keyOf(one));
          late.push(...Array.from({ length: roll(3) }, () => keyOf(one)));
          await work(shuffled(late.splice(roll(late.length + 1)), dice));
        }
        await work([...shuffled(late, dice), keyOf(all.at(-1) as Edit)]); // The last edit has its event at last.
        await pair.reconcile();
        expect(await contents(pair.destination)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('leaves whole valid sets behind, whenever the source is edited while a worker is at it', async () => {
    await fc.assert(
      fc.asyncProperty(edits, fc.infiniteStream(fc.nat()), async (all, dice) => {
        const roll = (sides: number) => (dice.next().value ?? 0) % sides;
        const rest = all.filter(({ kind }) => kind !== 'removal');
        let model = first;
        const valid = [{}, filesOf(first)];
        const next = async () => {
          const one = rest.shift();
          if (one !== undefined) {
            model = edited(model, one);
            valid.push(...(isValid(model) ? [filesOf(model)] : []));
            await write(pair, model, keyOf(one));
          }
        };
        const meddle = (inner: Parameters<typeof aroundCalls>[0]) =>
          aroundCalls(inner, async (call, run) => {
            await (roll(6) === 0 ? next() : undefined);
            return run(call.signal);
          });
        const pair: TestPair = createGatedPair('enforce', {
          memory: { revisions },
          sourceLayers: [meddle],
          destinationLayers: [meddle],
        });
        await writeAll(pair, first);
        while (rest.length > 0) {
          await deliver(pair, [config]);
          expect(valid).toContainEqual(await contents(pair.destination));
          await next();
        }
        await deliver(pair, [config]);
        const last = await contents(pair.destination);
        expect(valid).toContainEqual(last);
        expect(isValid(model) ? last : undefined).toEqual(isValid(model) ? filesOf(model) : undefined);
      }),
      { numRuns: 25 },
    );
  });
});
