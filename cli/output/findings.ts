import { type Finding, isOpen } from '../../lib/validation/finding.ts';
import { toGithub } from '../../lib/validation/formats/github.ts';
import { countsOf, toFindingsDocument } from '../../lib/validation/formats/json.ts';
import { toJunit } from '../../lib/validation/formats/junit.ts';
import { toMarkdown } from '../../lib/validation/formats/markdown.ts';
import { toSarif } from '../../lib/validation/formats/sarif.ts';
import { findingText } from '../../lib/validation/formats/text.ts';
import { ruleTexts } from '../../lib/validation/rule-texts.ts';
import type { ManifestFile } from '../../lib/validation/validate-manifests.ts';
import { programVersion } from '../commands/version.ts';
import type { CommandContext } from '../context.ts';
import { toJson, toJsonLine } from './json.ts';

export interface FindingsOptions {
  /** Whether people are shown what a waiver accepts; programs always are. @default false */
  readonly showWaived?: boolean;
  /** How much was judged, for people. */
  readonly judged?: { readonly clusters: number; readonly instanceGroups: number };
  /** The command, as the heading of Markdown names it. @default 'validate' */
  readonly command?: 'validate' | 'doctor';
}

/** Writes findings in the format that was asked for. */
export async function writeFindings(
  context: CommandContext,
  findings: readonly Finding[],
  files: readonly ManifestFile[],
  { showWaived = false, judged, command = 'validate' }: FindingsOptions = {},
): Promise<void> {
  const { stdout } = context.io;
  const shown = showWaived ? findings : findings.filter(isOpen);
  await stdout.write(await textOf(context, { findings, shown, files, judged, command }));
}

interface Written extends Pick<Required<FindingsOptions>, 'command'> {
  readonly findings: readonly Finding[];
  /** Those that people see. */
  readonly shown: readonly Finding[];
  readonly files: readonly ManifestFile[];
  readonly judged: FindingsOptions['judged'] | undefined;
}

async function textOf({ findingFormat }: CommandContext, written: Written): Promise<string> {
  const { findings, shown, files, command } = written;
  switch (findingFormat) {
    case 'table':
      return forTerminal(written);
    case 'json':
      return toJson(toFindingsDocument(findings));
    case 'jsonl':
      return [
        ...findings.map((finding) => toJsonLine({ record: 'finding', ...finding })),
        toJsonLine({ record: 'findings', counts: countsOf(findings) }),
      ].join('');
    case 'yaml':
      return (await import('./yaml.ts')).toYaml(toFindingsDocument(findings));
    case 'sarif':
      return `${JSON.stringify(toSarif(findings, ruleTexts, programVersion), null, 2)}\n`; // Its schema allows no field of ours.
    case 'junit':
      return toJunit(findings, [...new Set(files.map(({ file }) => file))]);
    case 'github':
      return toGithub(shown);
    case 'markdown':
      return toMarkdown(shown, files.length, command);
  }
}

function forTerminal({ findings, shown, files, judged }: Written): string {
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const { error, warning, info, waived } = countsOf(findings);
  const accepted = waived === 0 ? '' : `, waived: ${waived}`;
  const objects =
    judged === undefined ? '' : `, clusters: ${judged.clusters}, instance groups: ${judged.instanceGroups}`;
  const counts = `files: ${files.length}${objects}, errors: ${error}, warnings: ${warning}, remarks: ${info}${accepted}`;
  return [...shown.map((finding) => `${findingText(finding, texts)}\n`), `${counts}\n`].join('\n');
}
