import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../../lib/config/parse.ts';
import { formatProblem } from '../../lib/config/problem.ts';
import { whyNotStoreUrl } from '../../lib/config/store-url-rules.ts';
import { declaredCapabilities } from '../../lib/vfs/declared-capabilities.ts';
import { knownSchemes } from '../../lib/vfs/open.ts';
import { jsonSchemaText, type Part, withTables } from '../../scripts/config-schema.ts';

const root = join(import.meta.dirname, '../..');
const cases = join(root, 'test/fixtures/config');

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

describe('what is generated from the schema', () => {
  it('schema/statesync.schema.json is current (else run: npx tsx scripts/config-schema.ts)', () => {
    expect(JSON.parse(read('schema/statesync.schema.json'))).toEqual(JSON.parse(jsonSchemaText()));
  });

  it('the tables in docs/configuration.md are current (else run: npx tsx scripts/config-schema.ts)', () => {
    const page = read('docs/configuration.md');
    expect(page).toBe(withTables(page));
  });

  it('the mistake that docs/configuration.md shows is reported in those very words', () => {
    const parsed = parseConfig(
      `version: 1\nstores:\n  prod: { url: s3://acme-kops-state, regoin: eu-west-1 }\n`,
      'statesync.yaml',
    );
    expect(read('docs/configuration.md')).toContain(
      parsed.ok ? 'accepted' : parsed.problems.map(formatProblem).join('\n'),
    );
  });

  it('describes every field, with an example', () => {
    const undocumented: string[] = [];
    const visit = (part: Part, path: string): void => {
      for (const [name, field] of Object.entries(part.properties ?? {})) {
        if (field.description === undefined || field.examples === undefined) {
          undocumented.push(`${path}/${name}`);
        }
        visit(field, `${path}/${name}`);
      }
      for (const inner of [part.additionalProperties, part.items, ...(part.anyOf ?? [])]) {
        if (typeof inner === 'object') {
          visit(inner, path);
        }
      }
    };
    visit(JSON.parse(jsonSchemaText()) as Part, '');
    expect(undocumented).toEqual([]);
  });
});

describe('the JSON Schema', () => {
  const schema = z.fromJSONSchema(JSON.parse(jsonSchemaText()) as Parameters<typeof z.fromJSONSchema>[0]);
  const accepted = readdirSync(cases).filter((name) => name.startsWith('accepted-'));
  const refused = [
    'unknown-field',
    'wrong-type',
    'out-of-range',
    'missing',
    'literal-secrets',
    'not-yet',
    'never-carried',
    'credentials',
    'credentials-of-kinds',
    'capabilities',
  ];

  it.each(accepted)('accepts what the parser accepts: %s', (name) => {
    const data: unknown = parse(readFileSync(join(cases, name, 'statesync.yaml'), 'utf8'));
    expect(schema.safeParse(data).error?.issues ?? []).toEqual([]);
  });

  it.each(refused)('refuses in the editor already: %s', (name) => {
    const data: unknown = parse(readFileSync(join(cases, name, 'statesync.yaml'), 'utf8'));
    expect(schema.safeParse(data).success).toBe(false);
  });
});

describe('examples/statesync.yaml', () => {
  it('is accepted, and warns only of the replica that it makes incomplete', () => {
    const parsed = parseConfig(read('examples/statesync.yaml'), 'examples/statesync.yaml');
    expect(parsed.ok ? [] : parsed.problems.map(formatProblem)).toEqual([]);
    expect(parsed.ok ? parsed.warnings.map(({ message }) => message) : []).toEqual([
      expect.stringContaining('"offsite" is incomplete'),
    ]);
  });

  it('names a schema for editors that is where it says', () => {
    const [, path = ''] = /^# yaml-language-server: \$schema=(.*)$/m.exec(read('examples/statesync.yaml')) ?? [];
    expect(JSON.parse(read(join('examples', path)))).toEqual(JSON.parse(jsonSchemaText()));
  });
});

describe('the schemes of store URLs', () => {
  const odd: Readonly<Record<string, string>> = {
    file: 'file:///x',
    vault: 'vault://host/mount/path',
    azureblob: 'azureblob://account/container',
  };

  it.each(knownSchemes)('%s:// is accepted', (scheme) => {
    expect(whyNotStoreUrl(odd[scheme] ?? `${scheme}://x`)).toBeUndefined();
  });

  it.each(knownSchemes)('what the driver of %s:// stores can do is known without opening one', (scheme) => {
    expect(declaredCapabilities(scheme, { amazon: true })).toBeDefined();
  });
});
