import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resolveLocation } from '../../lib/config/location.ts';
import type { ResolvedConfig } from '../../lib/config/resolved.ts';

const definition = { url: 's3://acme-kops-state', region: 'eu-west-1' };
const config: ResolvedConfig = {
  version: 1,
  stores: { prod: { definition, scheme: 's3', root: 'acme-kops-state', prefix: '' } },
  routes: [],
};

function located(text: string, within: ResolvedConfig | undefined = config) {
  const answer = resolveLocation(text, within);
  return answer.ok ? answer.location : answer.reason;
}

describe('FROM and TO of a command', () => {
  it.each([
    ['prod', { definition, prefix: '', name: 'prod' }],
    ['prod/', { definition, prefix: '', name: 'prod' }],
    ['prod/c.example.com', { definition, prefix: 'c.example.com', name: 'prod' }],
    ['prod/tests/c.example.com/', { definition, prefix: 'tests/c.example.com', name: 'prod' }],
    ['s3://acme-kops-state', { definition: { url: 's3://acme-kops-state' }, prefix: '', name: undefined }],
    ['/var/kops', { definition: { url: 'file:///var/kops' }, prefix: '', name: undefined }],
    ['./kops/', { definition: { url: `file://${process.cwd()}/kops` }, prefix: '', name: undefined }],
    ['.', { definition: { url: `file://${process.cwd()}` }, prefix: '', name: undefined }],
  ])('%s is understood', (text, location) => {
    expect(located(text)).toEqual(location);
  });

  it.each([
    ['prd', 'did you mean "prod"?'],
    ['elsewhere', 'the stores are prod'],
    ['elsewhere', './elsewhere'],
    ['constructor', 'there is no store'],
    ['', 'there is no store ""'],
    ['prod//c', 'write STORE or STORE/CLUSTER'],
    ['prod/../x', 'write STORE or STORE/CLUSTER'],
    ['s3://', 'invalid s3 path'],
  ])('%j is refused, with what to write: %s', (text, hint) => {
    expect(located(text)).toEqual(expect.stringContaining(hint));
  });

  it('says so when there is no configuration to find a name in', () => {
    const answer = resolveLocation('prod');
    expect(answer.ok ? '' : answer.reason).toContain('no configuration file names any store');
  });

  it('is answered for any text, without a throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, isNamed) => {
        expect(typeof resolveLocation(isNamed ? `prod/${text}` : text, config).ok).toBe('boolean');
      }),
    );
  });

  it('repeats no password of a URL', () => {
    expect(located('s3://user:hunter2@bucket/%')).not.toEqual(expect.stringContaining('hunter2'));
  });
});
