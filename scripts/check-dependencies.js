import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

// Every package that an installation brings along is on a list in the repository, so that nobody adds one unseen.
// `node scripts/check-dependencies.js --write` writes the list anew.
const list = new URL('../docs/dependencies.txt', import.meta.url);
const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const found = Object.entries(lock.packages)
  .filter(([path, entry]) => path !== '' && !entry.dev && !entry.devOptional)
  .map(([path, entry]) => `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${entry.version}`)
  .sort();
const text = `${[...new Set(found)].join('\n')}\n`;

if (process.argv.includes('--write')) {
  writeFileSync(list, text);
} else if (readFileSync(list, 'utf8') !== text) {
  const known = new Set(readFileSync(list, 'utf8').split('\n'));
  const now = new Set(text.split('\n'));
  const added = [...now].filter((line) => !known.has(line));
  const gone = [...known].filter((line) => !now.has(line));
  process.stderr.write(
    `docs/dependencies.txt is not what package-lock.json installs.\n${added.map((line) => `  + ${line}\n`).join('')}${gone.map((line) => `  - ${line}\n`).join('')}` +
      'If that is meant, run: node scripts/check-dependencies.js --write\n',
  );
  process.exitCode = 1;
}
