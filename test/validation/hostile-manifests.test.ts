import { describe, expect, it } from '@jest/globals';
import { useJudge } from './judged-alone.ts';

describe('a manifest that is made to exhaust its reader', () => {
  const judge = useJudge();

  // All of them, each in a process of its own, are in test/long/hostile-manifests.test.ts.
  it('gets an answer in a process with 512 MB', () => {
    const expected = {
      'brackets, nested as deeply as the size allows': 'MANIFEST-TOO-LARGE',
      'aliases that explode': 'YAML-ALIASES',
      'an alias inside of itself': 'YAML-ALIASES',
      'wrong escapes': 'YAML-SYNTAX',
      'closed brackets': 'YAML-SYNTAX',
      'one long text': 'MANIFEST-TOO-LARGE',
      'many near names': 'CLOUD-PROVIDER',
      'more than ten MiB': 'MANIFEST-TOO-LARGE',
    };
    const answers = judge(Object.keys(expected));
    expect(Object.fromEntries(answers.map(({ name, rule }) => [name, rule]))).toEqual(expected);
    expect(Math.max(...answers.map(({ maxRssMb }) => maxRssMb))).toBeLessThan(512);
  });
});
