import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeEnvironment } from '../../lib/config/env.ts';
import { parseConfig } from '../../lib/config/parse.ts';
import { formatProblem } from '../../lib/config/problem.ts';
import { coverSecrets } from '../../lib/config/secret-mask.ts';

const secret = 'hunter2-Correct.Horse';

function saidOf(text: string): string {
  const parsed = parseConfig(text, 'statesync.yaml');
  return (parsed.ok ? parsed.warnings : parsed.problems)
    .map((problem) => `${formatProblem(problem)} ${JSON.stringify(problem)}`)
    .join('\n');
}

/** Ways to write a secret into a store's entry where it does not belong. */
const slips = [
  `secretAccessKey: ${secret}`,
  `secretAccessKey: "${secret}"`,
  `secretAccessKey: |\n        ${secret}`,
  `secretAccessKey:\n        ${secret}`,
  `secretAccessKey: [${secret}]`,
  `secretAccessKey: { value: ${secret} }`,
  `secretAccessKey: { env: ${secret} }`,
  `secretAccessKey: { file: ${secret} }`,
  `accessKeyId: ${secret}`,
  `sessionToken: ${secret}`,
  `secret: ${secret}`,
  `password: ${secret}`,
  `api_key: ${secret}`,
  `private-key: ${secret}`,
  `accountKey: ${secret}`,
  `token: ${secret}`,
  `accessKeySecret: ${secret}`,
  `applicationCredentialSecret: ${secret}`,
  `clientSecret: { value: ${secret} }`,
  `? ${secret}`,
];

describe('a secret that was written into the file', () => {
  it.each(slips)('is in no problem: %j under credentials, whatever the store', (slip) => {
    for (const url of [
      's3://b',
      'do://b',
      'gs://b',
      'oss://b',
      'swift://b',
      'vault://v/kv/b',
      'k8s://c/n',
      'azureblob://account/container',
    ]) {
      const said = saidOf(`version: 1\nstores:\n  a:\n    url: ${url}\n    credentials:\n      ${slip}\n`);
      expect(said).toContain('credentials');
      expect(said).not.toContain(secret);
    }
    expect(saidOf(`version: 1\nstores:\n  a:\n    url: ftp://b\n    credentials:\n      ${slip}\n`)).not.toContain(
      secret,
    );
  });

  it.each(slips.slice(0, -1))('is in no problem: %j in a store', (slip) => {
    const said = saidOf(`version: 1\nstores:\n  a:\n    url: gs://b\n    ${slip.replace('        ', '      ')}\n`);
    expect(said).not.toContain(secret);
  });

  it.each([
    `version: 1\nstores: { a: { url: s3://b, secretAccessKey: ${secret}`,
    `version: 1\nstores: { a: { url: s3://b, secretAccessKey: "${secret} } }`,
    `version: 1\nstores:\n  a:\n  secretAccessKey: ${secret} ] }`,
    `version: 1\n  secretAccessKey = ${secret}\n`,
    `version: 1\nstores: { a: { url: "s3://user:${secret}@bucket" } }`,
    `version: 1\nstores: { a: { url: s3://b, endpoint: "https://user:${secret}@host" } }`,
    `version: 1\nstores: { a: { url: s3://b, credentials: ${secret} } }`,
    `version: 1\nstores: { a: { url: s3://b, credentials: [${secret}] } }`,
  ])('is in no problem of a broken file: %j', (text) => {
    const said = saidOf(text);
    expect(said).not.toBe('');
    expect(said).not.toContain(secret);
  });

  it.each([
    `{ profile: kops, ${secret}: x }`,
    `{ accessKeyId: { env: A }, secretAccessKey: { env: B, ${secret}: } }`,
    `{ accessKeyId: { env: A, ${secret}: } }`,
  ])('is in no problem as a field of %s', (credentials) => {
    const said = saidOf(`version: 1\nstores: { a: { url: s3://b, credentials: ${credentials} } }\n`);
    expect(said).toContain('has an unknown field');
    expect(said).not.toContain(secret);
  });

  it('is in no problem when it is a number', () => {
    const said = saidOf(
      'version: 1\nstores: { a: { url: s3://b, credentials: { accessKeyId: { env: 31415926535 } } } }\n',
    );
    expect(said).toContain('expected a text');
    expect(said).not.toContain('31415926535');
  });

  it('is in no problem, whatever else is wrong in its line', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.constantFrom(...slips.slice(0, 2)), (noise, slip) => {
        expect(saidOf(`version: 1\nstores:\n  a: { url: gs://b, ${slip}, ${noise} }\n`)).not.toContain(secret);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a text with secrets covered', () => {
  it('keeps its length, so that columns stay right', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', ' token: ', 'https://u:p@'), (text, before) => {
        expect(coverSecrets(before + text)).toHaveLength(before.length + text.length);
      }),
    );
  });

  it.each(['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'])(
    'shows nothing of the AWS key %s',
    (key) => {
      expect(coverSecrets(`- ${key} `)).toBe(`- ${'*'.repeat(key.length)} `);
    },
  );

  it.each([
    'secretAccessKey: { env: OFFSITE_SECRET }',
    'secretAccessKey: { file: /run/secrets/offsite }',
    'deletes: { secret: follow }',
    'url: s3://acme-kops-state/a/long/prefix/with/many/parts/of/it',
    'classes: { include: [secret, keyset] }',
  ])('leaves alone what holds none: %s', (line) => {
    expect(coverSecrets(line)).toBe(line);
  });
});

describe('the described environment', () => {
  it('shows which secrets are set, and never what they are', () => {
    const environment = {
      S3_SECRET_ACCESS_KEY: secret,
      S3_ACCESS_KEY_ID: secret,
      S3_ENDPOINT: `https://user:${secret}@host`,
      OTHER: secret,
    };
    const described = describeEnvironment(environment);
    expect(described.map(({ name, value }) => [name, value])).toEqual([
      ['S3_ENDPOINT', `https://${'*'.repeat(`user:${secret}`.length)}@host`],
      ['S3_ACCESS_KEY_ID', '(set)'],
      ['S3_SECRET_ACCESS_KEY', '(set)'],
    ]);
  });
});
