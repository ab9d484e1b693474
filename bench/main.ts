import '../lib/vfs/aws/quiet-sdk.ts'; // First, before any client is made.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { isKept, type Row, tableOf } from './row.ts';

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  requests: async () => (await import('./requests.ts')).requests,
  small: async () => (await import('./small.ts')).small,
  large: async () => (await import('./large.ts')).large,
  listing: async () => (await import('./listing.ts')).listing,
  bundles: async () => (await import('./bundles.ts')).bundles,
  validate: async () => (await import('./validate.ts')).validate,
  peers: async () => (await import('./peers.ts')).comparePeers,
};

const usage = `npm run bench -- [NAME…] [--json] [--quick]

  NAME       ${Object.keys(benches).join(', ')}; all of them when none is named
  --json     one JSON document instead of tables
  --quick    little work: to see that the bounds hold, not for figures

Ends with 1 when a figure is beyond its bound.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
if (values.help) {
  print(usage);
} else if (unknown.length > 0) {
  process.stderr.write(`no bench is named ${unknown.join(' or ')}\n\n${usage}\n`);
  process.exitCode = 3;
} else {
  process.exitCode = (await measure(positionals.length > 0 ? positionals : Object.keys(benches))) ? 0 : 1;
}

async function measure(names: readonly string[]): Promise<boolean> {
  const rows: Row[] = [];
  for (const name of names) {
    const start = performance.now();
    const bench = await benches[name]?.();
    const found = (await bench?.(values.quick ? 'quick' : 'full')) ?? [];
    rows.push(...found);
    process.stderr.write(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
    if (!values.json) {
      print(tableOf(found).join('\n'));
    }
  }
  const beyond = rows.filter((row) => !isKept(row));
  if (values.json) {
    print(JSON.stringify({ machine: machine(), rows }, undefined, 2));
  }
  for (const { name, value, unit, atMost } of beyond) {
    process.stderr.write(`beyond its bound: ${name}: ${value} ${unit}, at most ${atMost} allowed\n`);
  }
  return beyond.length === 0;
}

function machine() {
  const processors = cpus();
  return { processors: processors.length, model: processors[0]?.model ?? 'unknown', node: process.version };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
