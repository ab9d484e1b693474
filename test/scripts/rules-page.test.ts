import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rulesPage } from '../../scripts/rules-page.ts';

describe('docs/rules.md', () => {
  it('is current (else run: npx tsx scripts/rules-page.ts)', () => {
    expect(readFileSync(join(import.meta.dirname, '../../docs/rules.md'), 'utf8')).toBe(rulesPage());
  });
});
