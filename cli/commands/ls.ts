import type { Command } from 'commander';
import { type ObjectClass, objectClasses } from '../../lib/kops/object-class.ts';
import { compareKeys } from '../../lib/vfs/keys.ts';
import type { ListPage } from '../../lib/vfs/types.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit-codes.ts';
import { createFilter, type FilterOptions } from '../filter.ts';
import { type OpenedLocation, openLocation } from '../open-location.ts';
import { classOption } from '../options.ts';
import { Report } from '../output/report.ts';
import { pad } from '../output/table.ts';
import { formatBytes, formatTime, plural, printable } from '../output/text.ts';
import type { Shell } from '../shell.ts';

interface LsOptions extends FilterOptions {
  readonly recursive?: boolean;
}

/** Adds `ls`. */
export function addLs(program: Command, shell: Shell): void {
  program
    .command('ls')
    .argument('<location>', 'a URL, a directory, or STORE[/CLUSTER] of the configuration')
    .option('-r, --recursive', 'everything below, not only the next level')
    .addOption(classOption('--class <class>', 'only objects of these classes, separated by commas'))
    .addOption(classOption('--exclude-class <class>', 'no objects of these classes'))
    .description('List what a store holds, with the class of each object')
    .addHelpText('after', help)
    .action(shell.action(ls));
}

const classList = objectClasses.join(', ').replace(/(.{60,80},) /g, '$1\n');

const help = `
A class says what an object is to kOps. The classes are
${classList}.

Examples:
  statesync ls s3://acme-kops-state
  statesync ls prod/k8s.example.com --recursive --class etcd-backup
  statesync ls ./working-copy -r -o jsonl`;

/** An object, or a directory: its name then ends in `/`, and nothing more is known of it. */
interface LsItem {
  readonly key: string;
  readonly size: number | null;
  readonly modifiedAt: Date | null;
  /** Null for a directory, and for an object of the project's own. */
  readonly class: ObjectClass | null;
}

async function ls(
  context: CommandContext,
  [text = '']: readonly (string | undefined)[],
  { recursive = false, ...filterOptions }: LsOptions,
): Promise<ExitCode> {
  const { classes } = createFilter(filterOptions);
  const isMeant = ({ size, class: objectClass }: LsItem) =>
    size === null || (objectClass === null ? filterOptions.class === undefined : classes.has(objectClass));
  const location = await openLocation(context, text);
  const report = new Report<LsItem, { readonly store: string }>(shape, context.format, context.io.stdout);
  const counts = { objects: 0, bytes: 0, markers: 0 };
  for await (const page of pages(context, location, recursive)) {
    counts.markers += page.markers.length;
    for (const item of itemsOf(page, location).filter(isMeant)) {
      counts.objects += item.size === null ? 0 : 1;
      counts.bytes += item.size ?? 0;
      await report.add(item);
    }
  }
  await report.end({ store: location.store.url });
  await context.note(`${plural(counts.objects, 'object')}, ${formatBytes(counts.bytes)}`);
  if (counts.markers > 0) {
    await context.note(`${plural(counts.markers, 'name')} that no object can have (markers of directories) left out`);
  }
  return exitCodes.clean;
}

/** All pages below a location; where there is nothing below, the one object that has its name. */
async function* pages(
  { io: { signal } }: CommandContext,
  { store, prefix }: OpenedLocation,
  recursive: boolean,
): AsyncGenerator<ListPage> {
  let isEmpty = true;
  let pageToken: string | undefined;
  do {
    const page: ListPage = await store.listPage(prefix, {
      signal,
      ...(recursive ? {} : { delimiter: '/' as const }),
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    isEmpty &&= page.entries.length + page.prefixes.length + page.markers.length === 0;
    pageToken = page.nextPageToken;
    yield page;
  } while (pageToken !== undefined);
  if (isEmpty && prefix !== '') {
    const stat = await store.find(prefix.slice(0, -1), { signal });
    if (stat === undefined) {
      throw new CommandError(`${store.url}/${prefix} holds nothing, and there is no object of that name`);
    }
    const { key, size, modifiedAt } = stat;
    yield { entries: [{ key, size, ...(modifiedAt && { modifiedAt }) }], prefixes: [], markers: [] };
  }
}

/** What is on a page, directories and objects in one order. */
function itemsOf({ entries, prefixes }: ListPage, { classOf }: OpenedLocation): readonly LsItem[] {
  const objects = entries.map(
    ({ key, size, modifiedAt = null }): LsItem => ({ key, size, modifiedAt, class: classOf(key) ?? null }),
  );
  const directories = prefixes.map((key): LsItem => ({ key, size: null, modifiedAt: null, class: null }));
  return [...objects, ...directories].toSorted((a, b) => compareKeys(a.key, b.key));
}

const shape = {
  kind: 'objects',
  itemKind: 'object',
  itemsField: 'objects',
  line: ({ key, size, modifiedAt, class: objectClass }: LsItem) =>
    [
      pad(size === null ? '' : formatBytes(size), 10, 'right'),
      pad(size === null ? '' : formatTime(modifiedAt ?? undefined), 20),
      pad(size === null ? '' : (objectClass ?? "statesync's own"), 15),
      printable(key),
    ].join('  '),
  table: () => '',
};
