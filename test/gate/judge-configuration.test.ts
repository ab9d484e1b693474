import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { gateOf } from '../../lib/gate/gate-of.ts';
import { judgeConfiguration } from '../../lib/gate/judge-configuration.ts';
import type { ConfigurationTexts } from '../../lib/replication/gate.ts';
import { clusterText, config, controlPlane, groupText, nodes, validSet } from '../replication/configurations.ts';
import { cluster } from '../replication/pair.ts';

const day = new Date('2026-06-01T00:00:00Z');

function textsOf(
  files: Readonly<Record<string, string | undefined>>,
  more: Partial<ConfigurationTexts> = {},
): ConfigurationTexts {
  const file = (key: string) => ({ key, text: files[key] });
  const groups = Object.keys(files).filter((key) => key.includes('/instancegroup/'));
  const [applied, kopsVersion] = [undefined, undefined];
  return { cluster, config: file(config), instanceGroups: groups.map(file), applied, kopsVersion, ...more };
}

const judge = (
  files: Readonly<Record<string, string | undefined>>,
  more: Partial<ConfigurationTexts> = {},
  waivers: Parameters<typeof judgeConfiguration>[1]['waivers'] = [],
) => judgeConfiguration(textsOf({ ...validSet, ...files }, more), { waivers, now: day });

describe('a gate', () => {
  it('has nothing against a valid configuration', () => {
    expect(judge({})).toBeUndefined();
  });

  it.each([
    ['members', { [config]: clusterText({ members: 2 }) }, 'ETCD-MEMBER-COUNT'],
    ['overlapping networks', { [config]: clusterText({ networkCidr: '10.0.0.0/16' }) }, 'SUBNET-CIDR'],
    ['a broken text', { [config]: `${clusterText()}\n  {` }, 'YAML-SYNTAX'],
    ['an empty config', { [config]: '' }, 'CONFIGURATION-FILE'],
    ['a config of something else', { [config]: 'kind: Cluster\n' }, 'CONFIGURATION-FILE'],
    ['a config cut short', { [config]: clusterText().split('  subnets')[0] }, 'SUBNET-LIST'],
    ['an empty instance group', { [nodes]: '' }, 'CONFIGURATION-FILE'],
    [
      'a config of another cluster',
      { [config]: clusterText().replace(`name: ${cluster}`, 'name: d.example.com') },
      'CLUSTER-NAME-ELSEWHERE',
    ],
    ['an instance group under another name', { [nodes]: groupText('workers') }, 'INSTANCE-GROUP-NAME-ELSEWHERE'],
    [
      'an instance group with the label of another cluster',
      { [nodes]: groupText('nodes', { subnet: 'x' }).replace(`cluster: ${cluster}`, 'cluster: d.example.com') },
      'INSTANCE-GROUP-SUBNET',
    ],
    ['bytes that are no text', { [config]: `${clusterText()}# \uFFFD\n` }, 'YAML-SYNTAX'],
    ['a control character', { [nodes]: `${groupText('nodes')}# \u0000\n` }, 'YAML-SYNTAX'],
    ['a field of another type', { [nodes]: groupText('nodes').replace('minSize: 1', 'minSize: one') }, 'FIELD-TYPE'],
    ['a file too large to be read', { [config]: undefined }, 'MANIFEST-TOO-LARGE'],
  ])('objects to %s', (_, files, rule) => {
    expect(judge(files)).toMatchObject({ cluster, rules: expect.arrayContaining([rule]) });
  });

  it.each([undefined, '1.32.1', '1.99.0'])('never objects to an unknown field, written by kOps %s', (version) => {
    const kopsVersion = version === undefined ? undefined : { key: `${cluster}/kops-version.txt`, text: version };
    const mistyped = { [nodes]: groupText('nodes', { more: '  minsize: 3\n  novel: { field: x }\n' }) };
    expect(judge(mistyped, { kopsVersion })).toBeUndefined();
  });

  it('goes by the kOps that wrote the store', () => {
    const gossip = Object.fromEntries(
      Object.entries(validSet).map(([key, text]) => [key, text.replaceAll(cluster, 'c.k8s.local')]),
    );
    const by = (text: string) =>
      judge(gossip, { cluster: 'c.k8s.local', kopsVersion: { key: 'kops-version.txt', text } })?.rules;
    expect(by('1.36.0')).toBeUndefined();
    expect(by('1.37.0')).toEqual(['DNS-TOPOLOGY']);
  });

  it('compares with what was applied last, if that can be read', () => {
    const other = clusterText().replace('name: main', 'name: events');
    const applied = (text: string) => ({ applied: { key: `${cluster}/cluster-completed.spec`, text } });
    expect(judge({}, applied(other))?.rules).toEqual(['ETCD-CLUSTERS-KEPT']);
    expect(judge({}, applied('{ torn'))).toBeUndefined();
  });

  it('objects to nothing that a waiver accepts, until its last day is over', () => {
    const files = { [config]: clusterText({ members: 2 }) };
    const waiver = { rule: 'ETCD-MEMBER-COUNT', reason: 'an experiment' };
    expect(judge(files, {}, [{ ...waiver, expires: '2026-06-01' }])).toBeUndefined();
    expect(judge(files, {}, [{ ...waiver, expires: '2026-05-31' }])?.rules).toEqual(['ETCD-MEMBER-COUNT']);
    expect(judge(files, {}, [{ ...waiver, cluster: 'other.*', expires: '2026-06-01' }])).toBeDefined();
  });

  it('says what is wrong within bounds: three findings, none of them long, and how many more there are', () => {
    const long = `eu-west-1${'z'.repeat(5_000)}`;
    const groups = ['a', 'b', 'c', 'd', 'e'].map((name) => [
      `${cluster}/instancegroup/${name}`,
      groupText(name, { subnet: long }),
    ]);
    const { rules = [], reason = '' } = judge(Object.fromEntries(groups)) ?? {};
    expect(rules).toEqual(['INSTANCE-GROUP-SUBNET']);
    expect(reason).toMatch(/; and \d+ more$/);
    expect(reason.length).toBeLessThan(1_200);
  });

  it('repeats no structure of a configuration, which may hold a secret', () => {
    const routes = 'additionalRoutes: [{ cidr: 10.1.0.0/16, target: hunter2-1 }], cidr: 172.21.32.0/19';
    const { reason } = judge({ [config]: clusterText().replace('cidr: 172.21.32.0/19', routes) }) ?? {};
    expect(reason).toContain('target: Invalid value: …: unknown target type for route');
    expect(reason).not.toContain('hunter2');
  });

  it('is none where it is off, and is lent its rules when it judges', async () => {
    const clock = { now: () => day.getTime() };
    expect(gateOf('off', { clock })).toBeUndefined();
    const gate = gateOf('enforce', { clock });
    expect(gate?.mode).toBe('enforce');
    expect(await gate?.judge(textsOf(validSet))).toBeUndefined();
    expect((await gate?.judge(textsOf({ ...validSet, [controlPlane]: '' })))?.rules).toContain('CONFIGURATION-FILE');
  });
});

const corpus = join(process.env['STATESYNC_CORPUS'] ?? '', 'stores');
const there = process.env['STATESYNC_CORPUS'] !== undefined && existsSync(corpus);
if (!there) {
  process.stderr.write('test/gate: the corpus is not judged, STATESYNC_CORPUS names no folder of kOps stores\n');
}

(there ? describe : describe.skip)('state stores that kOps wrote', () => {
  it('are let pass, all of them', () => {
    const clusters = (readdirSync(corpus, { recursive: true }) as string[]).filter(
      (path) => /(^|\/)config$/.test(path) && statSync(join(corpus, path)).isFile(),
    );
    expect(clusters.length).toBeGreaterThan(20);
    const held = clusters.flatMap((path) => {
      const directory = path.slice(0, -'config'.length);
      const text = (name: string) =>
        existsSync(join(corpus, directory, name)) ? readFileSync(join(corpus, directory, name), 'utf8') : undefined;
      const file = (name: string) => ({ key: `${directory}${name}`, text: text(name) });
      const beside = (name: string) => (text(name) === undefined ? undefined : file(name));
      const groups = existsSync(join(corpus, directory, 'instancegroup'))
        ? readdirSync(join(corpus, directory, 'instancegroup'))
        : [];
      const texts: ConfigurationTexts = {
        cluster: directory.replace(/\/$/, ''),
        config: file('config'),
        instanceGroups: groups.map((name) => file(`instancegroup/${name}`)),
        applied: beside('cluster-completed.spec'),
        kopsVersion: beside('kops-version.txt'),
      };
      const objection = judgeConfiguration(texts, { waivers: [], now: day });
      return objection === undefined ? [] : [[texts.cluster, objection.reason]];
    });
    expect(held).toEqual([]);
  }, 60_000);
});
