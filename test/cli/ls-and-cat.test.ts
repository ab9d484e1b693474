import { describe, expect, it } from '@jest/globals';
import { memoryStore } from './memory-store.ts';
import { Kept, statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const objects = {
  'README.txt': 'hello\n',
  'c.example.com/config': 'kind: Cluster\n',
  'c.example.com/instancegroup/nodes': 'kind: InstanceGroup\n',
  'c.example.com/secrets/kube': '{"Data":"c2VjcmV0"}',
  'c.example.com/pki/private/kubernetes-ca/keyset.yaml': 'privateMaterial: LS0t\n',
};
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

describe('ls', () => {
  it('lists one level, directories and objects in one order', async () => {
    const store = await memoryStore(objects);
    const { code, stdout, stderr } = await statesync(['ls', store.url]);
    expect(stdout.replace(time, '<---------time----->')).toBe(
      [
        '       6 B  <---------time----->  unknown          README.txt',
        '                                                   c.example.com/',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe('1 object, 6 B\n');
    expect(code).toBe(0);
  });

  it('lists everything below, of some classes', async () => {
    const store = await memoryStore(objects);
    const { stdout } = await statesync(['ls', store.url, '-r', '--class', 'secret,keyset', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'objects',
      store: store.url,
      objects: [
        { key: 'c.example.com/pki/private/kubernetes-ca/keyset.yaml', class: 'keyset', size: 22 },
        { key: 'c.example.com/secrets/kube', class: 'secret', size: 19 },
      ],
    });
  });

  it('knows the classes of objects also below a cluster, and in a store of the configuration', async () => {
    const store = await memoryStore(objects);
    const classes = (stdout: string) => JSON.parse(stdout).objects.map((item: { class: string }) => item.class);
    const inside = await statesync(['ls', `${store.url}/c.example.com/secrets`, '-o', 'json']);
    expect(classes(inside.stdout)).toEqual(['secret']);
    const cwd = await workingDirectory({ 'statesync.yaml': `version: 1\nstores: { prod: { url: "${store.url}" } }\n` });
    const named = await statesync(['ls', 'prod/c.example.com/instancegroup', '-o', 'json'], { cwd });
    expect(classes(named.stdout)).toEqual(['instance-group']);
    const one = await statesync(['ls', 'prod/c.example.com/config', '-o', 'json'], { cwd });
    expect(classes(one.stdout)).toEqual(['config']);
    const none = await statesync(['ls', 'prod/d.example.com'], { cwd });
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('/d.example.com/ holds nothing, and there is no object of that name');
  });

  it('writes control characters in keys as escapes, so that no key moves the cursor', async () => {
    const store = await memoryStore({ 'c/\u001b[2Jconfig\n': 'x' });
    expect((await statesync(['ls', store.url, '-r'])).stdout).toContain('c/\\x1b[2Jconfig\\x0a\n');
    const { stdout } = await statesync(['ls', store.url, '-r', '-o', 'jsonl']);
    expect(JSON.parse(stdout.split('\n')[0] ?? '').key).toBe('c/\u001b[2Jconfig\n');
  });

  it('says what was expected of a name that nobody knows', async () => {
    const cwd = await workingDirectory({ 'statesync.yaml': 'version: 1\nstores: { prod: { url: "memfs://x" } }\n' });
    const { code, stderr } = await statesync(['ls', 'prodd'], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain('error: there is no store "prodd"; did you mean "prod"?');
  });
});

describe('cat', () => {
  it('writes one object, byte for byte and nothing else', async () => {
    const store = await memoryStore({ 'c/config': Buffer.from([0, 255, 10, 13]) });
    const stdout = new Kept();
    const { code, stderr } = await statesync(['cat', `${store.url}/c/config`], { stdout });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect([...stdout.bytes]).toEqual([0, 255, 10, 13]);
  });

  it.each(['c.example.com/secrets/kube', 'c.example.com/pki/private/kubernetes-ca/keyset.yaml'])(
    'refuses %s, unless secrets may be shown',
    async (key) => {
      const store = await memoryStore(objects);
      const refused = await statesync(['cat', `${store.url}/${key}`]);
      expect(refused).toMatchObject({ code: 3, stdout: '' });
      expect(refused.stderr).toMatch(/is of class (secret|keyset), which holds keys.*Add --show-secrets/);
      const shown = await statesync(['cat', `${store.url}/${key}`, '--show-secrets']);
      expect(shown).toEqual({ code: 0, stdout: objects[key as keyof typeof objects], stderr: '' });
    },
  );

  it.each(['json', 'yaml', 'jsonl'])('refuses -o %s, which would not be the object as it is', async (format) => {
    const store = await memoryStore(objects);
    const ran = await statesync(['cat', `${store.url}/c.example.com/config`, '-o', format]);
    expect(ran).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('leave -o out') });
  });

  it('reads a key of a store of the configuration', async () => {
    const store = await memoryStore(objects);
    const cwd = await workingDirectory({ 'statesync.yaml': `version: 1\nstores: { prod: { url: "${store.url}" } }\n` });
    expect(await statesync(['cat', 'prod/c.example.com/config'], { cwd })).toMatchObject({ stdout: 'kind: Cluster\n' });
    expect((await statesync(['cat', 'prod/c.example.com/secrets/kube'], { cwd })).code).toBe(3);
    const whole = await statesync(['cat', 'prod'], { cwd });
    expect(whole).toMatchObject({ code: 3 });
    expect(whole.stderr).toBe('error: prod names a whole store; one object is expected, such as prod/KEY\n');
  });

  it('ends with 1 where there is no such object', async () => {
    const store = await memoryStore();
    const { code, stderr } = await statesync(['cat', `${store.url}/c/config`]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${store.url}/c/config`);
  });
});
