import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { writeSampleStore } from '../examples/sample-store.ts';
import type { Scale } from './bench.ts';
import { withFolder } from './bundle.ts';
import { type Run, run } from './child.ts';
import { mebibytes, median, type Row } from './row.ts';

const program = join(import.meta.dirname, '..', 'bin', 'statesync.js');
/** Of the sample store, which has two clusters. */
const copies = 13;

/** The stores to validate, and what they are. */
interface Stores {
  readonly folders: readonly string[];
  readonly what: string;
}

/**
 * Time and memory of one `statesync validate` over many stores, start included, beside a bare start of Node.js: those of the folder that
 * `STATESYNC_CORPUS` names, or else copies of the sample store.
 */
export function validate(scale: Scale): Promise<readonly Row[]> {
  return withFolder(async (folder) => {
    const { folders, what } = await storesIn(folder);
    const [bare, whole]: [Run[], Run[]] = [[], []];
    for (let round = 0; round < (scale === 'full' ? 7 : 3); round += 1) {
      bare.push(await start(['-e', '0']));
      whole.push(await start([program, 'validate', ...folders]));
    }
    return rowsOf(what, bare, whole);
  });
}

function rowsOf(stores: string, bare: readonly Run[], whole: readonly Run[]): Row[] {
  const secondsOf = (runs: readonly Run[]) => median(runs.map(({ seconds }) => seconds));
  const detail = 'the built program in a process of its own, start included; the median';
  return [
    { name: `validate: ${stores}`, value: secondsOf(whole), unit: 's', detail, atMost: 3 },
    {
      name: 'validate: beside a bare start of Node.js',
      value: secondsOf(whole) / secondsOf(bare),
      unit: '×',
      detail: `${secondsOf(bare).toFixed(3)} s`,
    },
    {
      name: 'validate: peak memory',
      value: mebibytes(Math.max(...whole.map(({ peakBytes }) => peakBytes))),
      unit: 'MiB',
      detail: '',
      atMost: 256,
    },
  ];
}

/** Findings are no failure here. */
function start(args: readonly string[]): Promise<Run> {
  return run(process.execPath, args, { environment: {}, timeoutMs: 60_000, exitCodes: [2] });
}

async function storesIn(folder: string): Promise<Stores> {
  const corpus = process.env['STATESYNC_CORPUS'];
  if (corpus !== undefined) {
    const stores = join(corpus, 'stores');
    const names = await readdir(stores);
    return { folders: names.map((name) => join(stores, name)), what: `${names.length} stores of kOps's golden files` };
  }
  const first = join(folder, '1');
  await writeSampleStore(
    async (key, body) => {
      await mkdir(dirname(join(first, key)), { recursive: true });
      await writeFile(join(first, key), body);
    },
    { stateStore: pathToFileURL(first).href, now: new Date() },
  );
  const others = Array.from({ length: copies - 1 }, (_, index) => join(folder, String(index + 2)));
  await Promise.all(others.map((other) => cp(first, other, { recursive: true })));
  return { folders: [first, ...others], what: `${copies} copies of the sample store` };
}
