import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeSampleStore } from './sample-store.ts';

const [directory, stateStore] = process.argv.slice(2);

if (directory === undefined) {
  process.stderr.write('usage: tsx examples/write-sample-store.ts DIRECTORY [STATE-STORE-URL]\n');
  process.exitCode = 3;
} else {
  await writeTo(resolve(directory));
}

async function writeTo(root: string): Promise<void> {
  const options = { stateStore: stateStore ?? pathToFileURL(root).href, now: new Date() };
  const count = await writeSampleStore(async (key, body) => {
    const path = join(root, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body, { mode: 0o600 });
  }, options);
  process.stderr.write(`${count} objects in ${root}, as the state store ${options.stateStore}\n`);
}
