import { expect } from '@jest/globals';
import { isVfsError } from '../../lib/vfs/errors.ts';
import { codeOf, expectCode, type Place, type Trial } from './trial.ts';

/** Names that protocols, encodings and file systems get wrong; kOps itself has `:` in secrets and backups. */
const strangeNames: Readonly<Record<string, string>> = {
  'a colon': 'backups/2026-01-01T00:00:00Z-000001/_etcd_backup.meta',
  'a plus': 'a+b',
  'a percent sign': 'a%2Fb%b',
  'a space': 'a b',
  'spaces at the ends': ' a /b ',
  'quotes and brackets': `a'b"c<d>&e(f)[g]{h}|i^j`,
  'a question mark and a hash': 'a?b=c#d',
  'a backslash': 'a\\b',
  'a tilde and an exclamation mark': '~a!b*c',
  'a leading dot': '.hidden/.a',
  'dots in a name': 'a..b/..c/d..',
  'two slashes': 'a//b',
  'a segment of one dot': 'a/./b',
  'a segment of two dots': 'a/../b',
  'letters beyond ASCII': 'm\u00fcller/\u65e5\u672c',
  'an emoji': '\u{1f600}/\u{1f680}',
  'a line feed': 'a\nb',
  'a tab and a control character': 'a\tb\u0001c',
  'the zero character': 'a\0b',
  'a line separator': 'a\u2028b',
  'the name of a temporary file of kOps': 'tmp123456',
  'a very long segment': 'x'.repeat(700),
};

/** What a store may answer for a key that it cannot hold. */
const refusals = ['InvalidArgument', 'Unsupported'] as const;

/** Which keys a store holds, and that it holds them apart. */
export function keyTests(trial: Trial): void {
  for (const [what, name] of Object.entries(strangeNames)) {
    trial.test(`a key with ${what} is held as it is, or refused`, async (place) => {
      await heldOrRefused(place, name);
    });
  }

  trial.test('a key of the greatest length is held, or refused', async (place) => {
    const left = Math.min(1024, trial.capabilities.maxKeyBytes) - Buffer.byteLength(place.prefix);
    const name = 'long/'.repeat(left).slice(0, left - 1);
    await heldOrRefused(place, `${name}e`);
  });

  trial.test('names that differ in case only are two keys, or the second is refused', async (place) => {
    await twoKeysOrRefused(place, 'Key', 'key');
    await twoKeysOrRefused(place, 'Dir/k', 'dir/k');
  });

  trial.test('names that look alike in Unicode are two keys, or the second is refused', async (place) => {
    await twoKeysOrRefused(place, 'caf\u00e9', 'cafe\u0301');
  });

  trial.test('a key and keys beneath it are all held, or the second is refused', async (place) => {
    await twoKeysOrRefused(place, 'one', 'one/under');
    await twoKeysOrRefused(place, 'two/under/it', 'two');
  });

  trial.test('what is no key is refused before any request', async (place) => {
    const tooLong = 'x'.repeat(trial.capabilities.maxKeyBytes + 1);
    for (const text of ['', '/a', 'a/', `a\ud800b`, tooLong]) {
      await expectCode(place.store.stat(text), 'InvalidArgument');
      await expectCode(place.store.read(text), 'InvalidArgument');
      await expectCode(place.store.write(text, neverOpened), 'InvalidArgument');
      await expectCode(place.store.delete(text), 'InvalidArgument');
    }
  });
}

const neverOpened = { size: 1, checksums: {}, open: () => Promise.reject(new Error('opened')) };

async function heldOrRefused(place: Place, name: string): Promise<void> {
  const code = await codeOf(place.put(name, 'content'));
  if (code !== undefined) {
    expect(refusals).toContain(code);
    expect(await place.names()).toEqual([]);
    expect([undefined, 'NotFound', ...refusals]).toContain(await codeOf(place.store.find(place.key(name))));
    return;
  }
  expect((await place.store.stat(place.key(name))).key).toBe(place.key(name));
  expect(await place.text(name)).toBe('content');
  expect(await place.names()).toEqual([name]);
  expect(await place.names(name)).toEqual([name]);
  await place.store.delete(place.key(name));
  expect(await place.names()).toEqual([]);
}

async function twoKeysOrRefused(place: Place, one: string, other: string): Promise<void> {
  await place.put(one, 'one');
  try {
    await place.put(other, 'other');
  } catch (error) {
    expect(isVfsError(error, ...refusals)).toBe(true);
    expect(await place.text(one)).toBe('one');
    expect(await place.names(one)).toEqual([one]);
    return;
  }
  expect(await place.text(one)).toBe('one');
  expect(await place.text(other)).toBe('other');
  expect(await place.names()).toEqual(expect.arrayContaining([one, other]));
}
