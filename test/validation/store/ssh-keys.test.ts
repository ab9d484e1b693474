import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findingsOfStore } from '../../../lib/validation/store/findings-of-store.ts';
import { sshKeyRules } from '../../../lib/validation/store/rules/ssh-keys.ts';
import { subjectOf } from '../store-rule-cases.ts';

const directory = 'pki/ssh/public/admin';
const folder = join(import.meta.dirname, '../store-rules/SSH-KEY-NAME/its-fingerprint', directory);
const [fingerprint = ''] = readdirSync(folder);
const line = readFileSync(join(folder, fingerprint), 'utf8');

const found = (name: string): readonly string[] =>
  findingsOfStore(subjectOf(new Map([[`${directory}/${name}`, line]])), sshKeyRules).map(({ rule }) => rule);

describe('the name of an SSH key', () => {
  it('may have colons between its bytes, as kOps writes it where it copies a key store', () => {
    const withColons = fingerprint.replace(/..(?=.)/g, '$&:');
    expect(withColons).toMatch(/^(?:[0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    expect(found(withColons)).toEqual([]);
  });

  it('must be the fingerprint, whole', () => {
    expect(found(fingerprint.slice(1))).toEqual(['SSH-KEY-NAME']);
    expect(found(`${fingerprint}0`)).toEqual(['SSH-KEY-NAME']);
  });
});
