import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../lib/config/parse.ts';
import { placeOf, relation } from '../../lib/config/place.ts';

function related(a: { url: string; endpoint?: string }, b: { url: string; endpoint?: string }, environment = {}) {
  const [one, other] = [placeOf(a, environment), placeOf(b, environment)];
  return [relation(one, other), relation(other, one)];
}

const elsewhere = { endpoint: 'https://s3.example.com' };

describe('the places of two stores', () => {
  it.each([
    ['s3://b', 's3://b/', 'same'],
    ['s3://b/x', 's3://b/x/', 'same'],
    ['s3://b/a%20b', 's3://b/a b', 'same'],
    ['s3://b', 's3://c', 'apart'],
    ['s3://b/x', 's3://b/xy', 'apart'],
    ['s3://b/x/y', 's3://b/z/y', 'apart'],
    ['file:///a', 'file:///a/', 'same'],
    ['file:///a', 'file:///ab', 'apart'],
    ['memfs://m', 'memfs://m', 'same'],
    ['memfs://m', 's3://m', 'apart'],
  ])('%s and %s: %s', (a, b, how) => {
    expect(related({ url: a }, { url: b })).toEqual([how, how]);
  });

  it.each([
    ['s3://b/x/y', 's3://b/x'],
    ['s3://b/x', 's3://b'],
    ['file:///a/b', 'file:///a'],
    ['file:///a', 'file:///'],
    ['memfs://m/p', 'memfs://m'],
  ])('%s lies inside %s', (inner, outer) => {
    expect(related({ url: inner }, { url: outer })).toEqual(['inside', 'around']);
  });

  it.each([
    ['https://s3.example.com', 'http://S3.example.com:80', 'same'],
    ['https://s3.example.com', 'https://s3.example.com.', 'same'],
    ['https://s3.example.com', 'https://s3.example.com:8443', 'apart'],
    ['https://s3.eu-west-1.amazonaws.com', undefined, 'same'],
    ['https://s3.eu-west-1.amazonaws.com', 'https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com', 'same'],
    ['https://s3.example.com', undefined, 'apart'],
  ])('one bucket name at %s and %s: %s', (a, b, how) => {
    expect(
      related({ url: 's3://b', endpoint: a }, { url: 's3://b', ...(b === undefined ? {} : { endpoint: b }) }),
    ).toEqual([how, how]);
  });

  it('a store without an endpoint is at S3_ENDPOINT', () => {
    expect(related({ url: 's3://b', ...elsewhere }, { url: 's3://b' }, { S3_ENDPOINT: 's3.example.com' })).toEqual([
      'same',
      'same',
    ]);
  });

  it.each([
    ['s3://b', {}, true],
    ['s3://b', { S3_ENDPOINT: 'http://127.0.0.1:9000' }, false],
    ['s3://b', { S3_ENDPOINT: 'not/an endpoint' }, false],
    ['file:///b', {}, false],
    ['memfs://b', {}, true],
  ])('%s with %j is known to keep nothing unencrypted: %j', (url, environment, encrypts) => {
    expect(placeOf({ url }, environment).encryptsAtRest).toBe(encrypts);
  });
});

describe('the environment of a check', () => {
  const text = `version: 1
stores: { a: { url: s3://acme }, b: { url: s3://acme, endpoint: https://s3.example.com } }
routes: [{ name: r, from: a, to: [{ store: b, sensitive: include }] }]
`;

  it('makes a loop of two names for one place', () => {
    expect(parseConfig(text, 'f').ok).toBe(true);
    const parsed = parseConfig(text, 'f', { S3_ENDPOINT: 'https://s3.example.com' });
    expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('"b" is the place that the route reads ("a")'),
    ]);
  });

  it('decides who the provider is', () => {
    const within = `version: 1\nstores: { a: { url: s3://a }, b: { url: s3://b } }\nroutes: [{ name: r, from: a, to: [{ store: b }] }]\n`;
    expect(parseConfig(within, 'f').ok).toBe(true);
    const parsed = parseConfig(within, 'f', { S3_ENDPOINT: 'https://s3.example.com' });
    expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('sensitive: include'),
    ]);
  });
});
