import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { memoryStore, sampleObjects } from './memory-store.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const config = (base: string, extra = '') => `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: c.example.com
spec:
  cloudProvider: gce
  configBase: ${base}
  kubernetesVersion: 1.31.2
${extra}`;

const withoutTimes = (text: string) => text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time stands here.>');

describe('get clusters', () => {
  it('describes the clusters of a state store', async () => {
    const store = await memoryStore(await sampleObjects('memfs://get-clusters'));
    const { code, stdout, stderr } = await statesync(['get', 'clusters', store.url]);
    expect(withoutTimes(stdout)).toBe(
      [
        'NAME                     CLOUD  KUBERNETES  KOPS    INSTANCE GROUPS  LAST CHANGE           RESTORABLE',
        'prod.k8s.example.com     aws    1.32.4      1.32.1                5  <time stands here.>  no',
        'staging.k8s.example.com  aws    1.32.4      1.32.1                2  <time stands here.>  no',
        '',
      ].join('\n'),
    );
    expect(stderr).toContain(
      'warning: prod.k8s.example.com is not restorable: spec.configBase is memfs://get-clusters/prod.k8s.example.com, which no route covers',
    );
    expect(code).toBe(0);
  });

  it('finds clusters below directories, and says which ones it cannot read', async () => {
    const store = await memoryStore({
      'teams/a/c.example.com/config': 'no: [yaml',
      'plain.example.com/config':
        'apiVersion: kops.k8s.io/v1alpha3\nkind: Cluster\nspec: { cloudProvider: { azure: {} } }',
    });
    const { code, stdout, stderr } = await statesync(['get', 'cluster', store.url, '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      kind: 'clusters',
      clusters: [
        { name: 'plain.example.com', cloud: 'azure', kopsVersion: null, restorability: { kind: 'restorable' } },
        { name: 'teams/a/c.example.com', cloud: null, restorability: { kind: 'unreadable' } },
      ],
    });
    expect(stderr).toContain('warning: teams/a/c.example.com cannot be read: broken YAML');
    expect(code).toBe(0);
  });

  it('takes a cluster for restorable where a route of the configuration covers its configBase', async () => {
    const store = await memoryStore({ 'c.example.com/config': config('memfs://elsewhere/c.example.com') });
    const file = (clusters: string) => `version: 1
stores:
  here: { url: "${store.url}" }
  elsewhere: { url: "memfs://elsewhere" }
  replica: { url: "memfs://replica" }
routes:
  - { name: main, from: elsewhere, clusters: ["${clusters}"], to: [{ store: replica }] }
`;
    const restorable = async (clusters: string) => {
      const cwd = await workingDirectory({ 'statesync.yaml': file(clusters) });
      const { stdout } = await statesync(['get', 'clusters', 'here', '-o', 'json'], { cwd });
      return JSON.parse(stdout).clusters[0].restorability.kind;
    };
    expect(await restorable('*.example.com')).toBe('restorable');
    expect(await restorable('*.other.com')).toBe('not-restorable');
  });

  it('shows the clusters of all stores of the configuration with -A', async () => {
    const one = await memoryStore({ 'a.example.com/config': config('x') });
    const two = await memoryStore({ 'b.example.com/config': config('x') });
    const cwd = await workingDirectory({
      'statesync.yaml': `version: 1\nstores:\n  one: { url: "${one.url}" }\n  two: { url: "${two.url}" }\n`,
    });
    const { code, stdout } = await statesync(['get', 'clusters', '-A', '-o', 'jsonl'], { cwd });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { record: 'cluster', store: 'one', name: 'a.example.com' },
      { record: 'cluster', store: 'two', name: 'b.example.com' },
      { schemaVersion: 1, record: 'clusters' },
    ]);
    expect(code).toBe(0);
  });

  it('finds the state store as kOps does, and fails in its words', async () => {
    const none = await statesync(['get', 'clusters']);
    expect(none.stderr).toBe(
      [
        'error: State Store: Required value: Please set the --state flag or export KOPS_STATE_STORE.',
        'For example, a valid value follows the format s3://<bucket>.',
        'You can find the supported stores in https://kops.sigs.k8s.io/state.',
        '',
      ].join('\n'),
    );
    expect(none.code).toBe(3);
    const home = await workingDirectory({ '.kops.yaml': 'kops_state_store: ftp://from-file\n' });
    const fromFile = await statesync(['get', 'clusters'], { home });
    expect(fromFile.stderr).toMatch(/^error: error building path for "ftp:\/\/from-file": /);
    const env = { KOPS_STATE_STORE: 'ftp://from-env/' };
    expect((await statesync(['get', 'clusters'], { home, env })).stderr).toMatch(/"ftp:\/\/from-env": /);
    const flag = ['get', 'clusters', '--state', 'memfs://from-flag'];
    expect((await statesync(flag, { home, env })).stderr).toMatch(
      /^error: State Store: Invalid value: "memfs:\/\/from-flag": Unable to read state store\.\n/,
    );
  });

  it.each([
    ['s3://user:hidden/value@bucket', 'error building path for "s3://*****************@bucket"'],
    ['s3:///bucket?sig=hidden', 'error building path for "s3:///bucket"'],
    ['memfs://name?sig=hidden', 'Invalid value: "memfs://name"'],
  ])('does not repeat what is secret in %s', async (url, words) => {
    const { code, stdout, stderr } = await statesync(['get', 'clusters'], { env: { KOPS_STATE_STORE: url } });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('hidden');
  });

  it('says that there is none, on stderr', async () => {
    const store = await memoryStore();
    expect(await statesync(['get', 'clusters', store.url])).toEqual({
      code: 0,
      stdout: '',
      stderr: `No clusters found in ${store.url}\n`,
    });
  });

  it('ends with 4 where it is not let in', async () => {
    const server = createServer((_, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = {
      S3_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      S3_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      S3_SECRET_ACCESS_KEY: 'not-shown',
    };
    const { code, stdout, stderr } = await statesync(['get', 'clusters', '--state', 's3://closed'], { env });
    server.close();
    server.closeAllConnections();
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(/^error: list s3:\/\/closed/);
    expect(stderr).not.toContain('not-shown');
  });

  it('refuses two answers to one question', async () => {
    const { code, stderr } = await statesync(['get', 'clusters', 'memfs://a', '--state', 'memfs://b']);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: 'error: STORE, --state and --all-stores exclude each other: name one\n',
    });
  });
});
