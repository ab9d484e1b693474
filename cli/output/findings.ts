import type { Finding } from '../../lib/validation/finding.ts';
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

/** Writes findings in the format that was asked for. */
export async function writeFindings(
  context: CommandContext,
  findings: readonly Finding[],
  files: readonly ManifestFile[],
): Promise<void> {
  const { stdout } = context.io;
  await stdout.write(await textOf(context, findings, files));
}

async function textOf(
  { findingFormat }: CommandContext,
  findings: readonly Finding[],
  files: readonly ManifestFile[],
): Promise<string> {
  switch (findingFormat) {
    case 'table':
      return forTerminal(findings, files);
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
      return toGithub(findings);
    case 'markdown':
      return toMarkdown(findings, files.length);
  }
}

function forTerminal(findings: readonly Finding[], files: readonly ManifestFile[]): string {
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const { error, warning, info } = countsOf(findings);
  const counts = `files: ${files.length}, errors: ${error}, warnings: ${warning}, remarks: ${info}`;
  return [...findings.map((finding) => `${findingText(finding, texts)}\n`), `${counts}\n`].join('\n');
}
