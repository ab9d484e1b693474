import { describe, expect, it } from '@jest/globals';
import { classify } from '../../lib/kops/layout.ts';
import { sensitiveClasses } from '../../lib/kops/object-class.ts';
import { memoryStore, sampleObjects } from './memory-store.ts';
import { Kept, statesync } from './run-cli.ts';

/** Every long word of an object that holds keys or secrets: lines of key material, tokens, passwords. */
function secretsOf(objects: Readonly<Record<string, Uint8Array>>): readonly string[] {
  return Object.entries(objects)
    .filter(([key]) => ['keyset', 'secret'].includes(classify(key).class ?? ''))
    .flatMap(
      ([, body]) =>
        Buffer.from(body)
          .toString()
          .match(/[A-Za-z0-9+/=]{24,}/g) ?? [],
    );
}

describe('no output holds the content of a secret', () => {
  it('whatever the verb, the format, and what went wrong', async () => {
    const objects = await sampleObjects('memfs://secrets');
    const secrets = secretsOf(objects);
    expect(secrets.length).toBeGreaterThan(40);
    const changed = Object.fromEntries(
      Object.entries(objects).map(([key, body]) => [
        key,
        sensitiveClasses.has(classify(key).class ?? 'config') ? Buffer.concat([body, Buffer.from('\n')]) : body,
      ]),
    );
    const [from, to] = [await memoryStore(objects), await memoryStore(changed)];
    const shown = await statesync(['cat', `${from.url}/prod.k8s.example.com/secrets/kube`, '--show-secrets']);
    expect(secrets.some((secret) => shown.stdout.includes(secret))).toBe(true);
    const verbs: readonly (readonly string[])[] = [
      ['get', 'clusters', from.url],
      ['ls', from.url, '-r'],
      ['verify', from.url, to.url, '--all'],
      ['sync', from.url, to.url, '--dry-run'],
      ['cat', `${from.url}/prod.k8s.example.com/secrets/kube`],
      ['cat', `${from.url}/prod.k8s.example.com/pki/private/kubernetes-ca/keyset.yaml`, '--debug'],
      ['sync', from.url, to.url, '--yes'],
    ];
    for (const verb of verbs) {
      for (const format of ['table', 'json', 'yaml', 'jsonl']) {
        const surroundings = { stdout: new Kept(format === 'table'), stderr: new Kept(format === 'json') };
        const { stdout, stderr } = await statesync([...verb, '-o', format], surroundings);
        const text = stdout + stderr;
        expect(text).not.toBe('');
        expect({ verb, format, leaked: secrets.filter((secret) => text.includes(secret)) }).toEqual({
          verb,
          format,
          leaked: [],
        });
      }
    }
  });
});
