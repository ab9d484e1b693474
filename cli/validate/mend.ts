import { type Finding, isOpen } from '../../lib/validation/finding.ts';
import { diffOf } from '../../lib/validation/fix/diff.ts';
import { mendText } from '../../lib/validation/fix/text.ts';
import type { CommandContext } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { plural, printable } from '../output/text.ts';
import type { Looked } from './look.ts';
import { manifestInStore, manifestOnDisk, type WritableManifest } from './writable.ts';

/** What came of the fixes. */
export interface Mended {
  /** How many files were written. */
  readonly written: number;
  /** How many files somebody else changed meanwhile, of which nothing was written. */
  readonly conflicts: number;
}

/** A file and what mends it. */
interface Change {
  /** As a person knows it. */
  readonly name: string;
  readonly inStore: boolean;
  readonly clusters: readonly string[];
  readonly before: string;
  readonly after: string;
  readonly manifest: WritableManifest;
}

/**
 * Carries out the fixes of what was found and no waiver accepts: shows the change of each file, asks, and writes each under the condition that
 * nobody else has written it since it was judged.
 */
export async function mend(
  context: CommandContext,
  looked: readonly Looked[],
  { yes }: { readonly yes: boolean },
): Promise<Mended> {
  const { changes, conflicts } = await changesOf(context, looked);
  if (changes.length === 0) {
    await context.note('Nothing of this can be mended with certainty.');
    return { written: 0, conflicts };
  }
  for (const { name, before, after, manifest } of changes) {
    await context.say(diffOf(name, before, after).trimEnd());
    await (manifest.replicaOf === undefined
      ? undefined
      : context.warn(`${name} is a replica of ${manifest.replicaOf}: mend it there, or its next change undoes this`));
  }
  if (yes || (await isConfirmed(context, changes.length))) {
    return write(context, changes, conflicts);
  }
  await context.note('Nothing was changed.');
  return { written: 0, conflicts };
}

async function changesOf(
  context: CommandContext,
  looked: readonly Looked[],
): Promise<{ readonly changes: readonly Change[]; readonly conflicts: number }> {
  const changes: Change[] = [];
  let conflicts = 0;
  for (const one of looked) {
    for (const [file, findings] of fixable(one)) {
      const change = await changeOf(context, one, file, findings);
      if (change === 'conflict') {
        conflicts += 1;
      } else if (change !== undefined) {
        changes.push(change);
      }
    }
  }
  return { changes, conflicts };
}

function fixable({ findings }: Looked): ReadonlyMap<string, readonly Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings.filter((one) => one.fix !== undefined && isOpen(one))) {
    files.set(finding.file, [...(files.get(finding.file) ?? []), finding]);
  }
  return files;
}

async function changeOf(
  context: CommandContext,
  looked: Looked,
  file: string,
  findings: readonly Finding[],
): Promise<Change | 'conflict' | undefined> {
  const before = looked.files.find((judged) => judged.file === file)?.text ?? '';
  const { name, manifest } = await openForWriting(context, looked, file);
  const text = manifest === undefined ? undefined : Buffer.from(manifest.bytes).toString('utf8');
  if (manifest === undefined || text !== before) {
    await tellConflict(context, name);
    return 'conflict';
  }
  const { text: after, mended, left } = mendText(before, findings);
  for (const { rule, range } of left) {
    await context.note(`${name}:${range.start.line}: ${rule} has to be mended by hand, or by running this again`);
  }
  const clusters = [...new Set(findings.flatMap(({ cluster }) => cluster ?? []))];
  return mended.length === 0
    ? undefined
    : { name, inStore: looked.store !== undefined, clusters, before, after, manifest };
}

async function openForWriting(
  context: CommandContext,
  { store: definition }: Looked,
  file: string,
): Promise<{ readonly name: string; readonly manifest: WritableManifest | undefined }> {
  const { cwd, signal } = context.io;
  if (definition === undefined) {
    return { name: file, manifest: await manifestOnDisk(cwd, file) };
  }
  const store = await context.open(definition, { readOnly: false });
  if (!store.capabilities.writeIfMatch) {
    throw usageError(
      `${store.url} cannot write under a condition, so that a change of somebody else could be lost; mend a copy (statesync sync ${store.url} ./copy, statesync validate ./copy --fix) and write it with kops replace -f`,
    );
  }
  return { name: `${store.url}/${printable(file)}`, manifest: await manifestInStore(store, file, signal) };
}

async function isConfirmed({ io: { ask } }: CommandContext, files: number): Promise<boolean> {
  if (ask === undefined) {
    throw usageError('nobody can be asked here; add --yes to write this. Nothing was changed');
  }
  return /^y(es)?$/i.test((await ask(`Write ${plural(files, 'file')}? [y/N] `)).trim());
}

async function write(context: CommandContext, changes: readonly Change[], before: number): Promise<Mended> {
  const written: Change[] = [];
  for (const change of changes) {
    if (await change.manifest.replace(Buffer.from(change.after))) {
      written.push(change);
      await context.note(`${change.name}: written`);
    } else {
      await tellConflict(context, change.name);
    }
  }
  if (written.length > 0) {
    await context.say(whatIsNext(written));
  }
  return { written: written.length, conflicts: before + changes.length - written.length };
}

async function tellConflict(context: CommandContext, name: string): Promise<void> {
  await context.warn(
    `${name} was changed or removed by somebody else meanwhile; nothing of it was written, run this again`,
  );
}

/** kOps reads the store only when it is called. */
function whatIsNext(written: readonly Change[]): string {
  const files = written.filter(({ inStore }) => !inStore).map(({ name }) => `kops replace -f ${name}`);
  const clusters = [...new Set(written.flatMap((change) => change.clusters))];
  const updates = clusters.map((name) => `kops update cluster --name ${name} --yes`);
  return [
    `${plural(written.length, 'file')} written. No cluster changes by this alone; next:`,
    ...[...files, ...(updates.length === 0 ? ['kops update cluster --yes'] : updates)].map((line) => `  ${line}`),
  ].join('\n');
}
