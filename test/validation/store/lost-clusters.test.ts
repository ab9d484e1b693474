import { describe, expect, it } from '@jest/globals';
import { lostClusterFindings } from '../../../lib/validation/store/lost-clusters.ts';

const place = { name: 'c.example.com', prefix: 'c.example.com/', signs: ['kops-version.txt'], hasGroups: false };
const another = (url: string) => [{ name: 'd.example.com', stores: [{ field: 'spec.configBase', url }] }];

describe('a directory that has lost its config', () => {
  it('is an error of its own, at the file that is absent, and says what is there', () => {
    const signs = ['cluster-completed.spec', 'instancegroup/'];
    expect(lostClusterFindings([{ ...place, signs }], 's3://state', [])).toMatchObject([
      {
        rule: 'CLUSTER-CONFIG-MISSING',
        severity: 'error',
        file: 'c.example.com/config',
        cluster: 'c.example.com',
        message:
          'there is no config, though cluster-completed.spec, instancegroup/ are there: kOps cannot read the cluster; put the last version of config back',
      },
    ]);
    const [root] = lostClusterFindings([{ ...place, name: '', prefix: '' }], 'file:///state', []);
    expect(root).toMatchObject({
      file: 'config',
      message: expect.stringContaining('though kops-version.txt is there'),
    });
    expect(root).not.toHaveProperty('cluster');
  });

  it.each(['s3://state/c.example.com', 's3://state/c.example.com/'])('may be what another cluster names: %s', (url) => {
    expect(lostClusterFindings([place], 's3://state/', another(url))).toEqual([]);
    expect(lostClusterFindings([{ ...place, hasGroups: true }], 's3://state', another(url))).toHaveLength(1);
  });

  it('is none that another cluster names where that is another place', () => {
    expect(lostClusterFindings([place], 's3://state', another('s3://other/c.example.com'))).toHaveLength(1);
    expect(lostClusterFindings([place], 's3://state', another('s3://state/c.example.com/x'))).toHaveLength(1);
  });
});
