import { coverSecrets } from '../../config/secret-mask.ts';
import type { SourceRange } from '../manifest/document.ts';

/** How much of a long line is shown, and how much of it before the caret. */
const shownLength = 120;
const lead = 40;
/** Longer lines are not shown: no person writes them, and looking for secrets in them takes long. */
const longestLine = 2_000;

/** Fields whose content is somebody's own, and may hold a secret in any form. */
const hidden =
  /\/(?:additionalUserData|fileAssets)\/\d+\/content|\/(?:privateMaterial|publicMaterial|vSpherePassword|cloudConfig\/\w*[pP]assword)/;

/**
 * The line that a finding stands on, with carets below; empty where it cannot be shown. Secrets are covered.
 *
 *        4 |   kubernetesVersion: latest
 *          |                      ^^^^^^
 */
export function excerptOf(text: string, range: SourceRange, pointer: string): string {
  const { line, column } = range.start;
  const whole = text.split('\n', line)[line - 1]?.replace(/\r$/, '') ?? '';
  if (whole.trim() === '' || whole.length > longestLine || hidden.test(pointer)) {
    return '';
  }
  const start = column > shownLength ? column - 1 - lead : 0;
  const shown = coverSecrets(whole).slice(start, start + shownLength);
  const before = shown.slice(0, column - 1 - start).replace(/[^\t]/g, ' ');
  const end = range.end.line === line ? range.end.column : whole.length + 1;
  const carets = '^'.repeat(Math.max(1, Math.min(end - column, shown.length - before.length)));
  return `${String(line).padStart(5)} | ${shown}\n      | ${before}${carets}`;
}
