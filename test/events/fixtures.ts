import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../fixtures/events');

/** One message as a provider sends it. Its folder is `<provider>/<case>`; to add one, add a folder. */
export interface EventFixture {
  readonly name: string;
  readonly body: string;
  /** What decoding the body gives, as JSON. */
  readonly expected: unknown;
  /** The document that it is taken from, or the server and version that it was captured from. */
  readonly source: string;
}

export const eventFixtures: readonly EventFixture[] = foldersIn(root).flatMap((provider) =>
  foldersIn(join(root, provider)).map((name) => ({
    name: `${provider}/${name}`,
    body: readFileSync(join(root, provider, name, 'event.json'), 'utf8'),
    expected: JSON.parse(readFileSync(join(root, provider, name, 'expected.json'), 'utf8')),
    source: readFileSync(join(root, provider, name, 'source.txt'), 'utf8').trim(),
  })),
);

function foldersIn(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
