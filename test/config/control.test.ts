import { describe, expect, it } from '@jest/globals';
import { explainConfig } from '../../lib/config/explain.ts';
import { type ParsedConfig, parseConfig } from '../../lib/config/parse.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';

const parse = (control: string, more = '', environment = {}): ParsedConfig =>
  parseConfig(
    `version: 1
control: ${control}
stores:
  prod: { url: s3://acme-kops/state, region: eu-west-1 }
  replica: { url: s3://acme-replica }
  own: { url: s3://acme-control/prod, region: eu-west-1, account: "111111111111" }
  spare: { url: s3://acme-spare }
${more}routes:
  - { name: prod, from: prod, to: [{ store: replica }] }
`,
    'statesync.yaml',
    environment,
  );

function problemsOf(parsed: ParsedConfig): readonly string[] {
  return parsed.ok ? [] : parsed.problems.map(({ line, message }) => `${line}: ${message}`);
}

function resolved(parsed: ParsedConfig) {
  return parsed.ok ? resolveConfig(parsed.config).control : undefined;
}

describe('the control store', () => {
  it('is a store of its own, by name or by URL', () => {
    expect(resolved(parse('own'))).toEqual({
      definition: { url: 's3://acme-control/prod', region: 'eu-west-1', account: '111111111111' },
      ...{ scheme: 's3', root: 'acme-control', prefix: 'prod' },
    });
    expect(resolved(parse('s3://acme-control/prod'))).toMatchObject({ definition: { url: 's3://acme-control/prod' } });
    expect(resolved(parse('s3://acme-kops/control'))).toBeDefined();
    expect(resolved(parse('s3://acme-spare/control'))).toBeDefined(); // No route touches it.
  });

  it.each([
    ['prod', 'the control store is "prod", which a route reads or writes; use a bucket or prefix of its own'],
    ['replica', 'the control store is "replica", which a route reads or writes; use a bucket or prefix of its own'],
    [
      's3://acme-kops/state/',
      'the control store is "prod", which a route reads or writes; use a bucket or prefix of its own',
    ],
    [
      's3://acme-kops/state/c',
      'the control store lies inside "prod", which a route reads or writes; use a bucket or prefix of its own',
    ],
    [
      's3://acme-kops',
      'the control store has inside it "prod", which a route reads or writes; use a bucket or prefix of its own',
    ],
    [
      's3://acme-replica/x',
      'the control store lies inside "replica", which a route reads or writes; use a bucket or prefix of its own',
    ],
  ])('is refused where state is kept: %s', (control, message) => {
    expect(problemsOf(parse(control))).toEqual([`2: ${message}`]);
  });

  it('is at the endpoint that the environment names, like any other', () => {
    const environment = { S3_ENDPOINT: 'https://s3.example.com' };
    const more = '  far: { url: s3://acme-kops/state, endpoint: https://other.example.com }\n';
    const conflict = expect.stringContaining('the control store is "prod"');
    expect(problemsOf(parse('s3://acme-kops/state', more, environment))).toContainEqual(conflict);
    expect(problemsOf(parse('far', more, environment))).not.toContainEqual(conflict);
  });

  it.each([
    ['owm', 'there is no store "owm"; did you mean "own"?'],
    [
      'elsewhere',
      'there is no store "elsewhere"; add it under stores, or write a URL such as s3://acme-statesync-control',
    ],
    ['acme/control', '"control" is neither a URL nor the name of a store; write it like s3://acme-statesync-control'],
    ['s3://', '"control" '],
    ['[a]', '"control" is a list; expected a text such as s3://acme-statesync-control'],
  ])('is refused as %s', (control, message) => {
    expect(problemsOf(parse(control))).toEqual([expect.stringContaining(`2: ${message}`)]);
  });

  it.each([
    ['oss://acme-control', /^2: this store cannot keep leases: it has no conditional/],
    [
      'weak',
      /^2: this store cannot keep leases: it has no conditional overwrite, has no conditional delete; name another one/,
    ],
  ])('is refused where its kind, or what is pinned, lacks what leases need: %s', (control, message) => {
    const pinned = '  weak: { url: s3://acme-weak, capabilities: { writeIfMatch: false, deleteIfMatch: false } }\n';
    expect(problemsOf(parse(control, pinned))).toEqual([expect.stringMatching(message)]);
  });

  it('is explained as it was written', () => {
    const parsed = parse('own');
    const values = parsed.ok ? explainConfig(parsed).values : [];
    const origin = { kind: 'file', file: 'statesync.yaml', line: 2, column: 1 };
    expect(values).toContainEqual({ pointer: '/control', value: 'own', origin });
  });
});
