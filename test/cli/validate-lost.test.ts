import { describe, expect, it } from '@jest/globals';
import { clusterText, groupText } from '../replication/configurations.ts';
import { memoryStore } from './memory-store.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const lost = { 'b.example.com/instancegroup/nodes': groupText('nodes'), 'b.example.com/secrets/kube': '{"Data":""}' };
const whole = { 'a.example.com/config': clusterText().replace(/c\.example\.com/g, 'a.example.com') };
const sentence =
  /b\.example\.com\/config\b.*error CLUSTER-CONFIG-MISSING: there is no config, though instancegroup\/ is there/;

describe('validate, where a cluster has lost its config', () => {
  it('says so beside what is wrong with the other clusters, and fails', async () => {
    const { url } = await memoryStore({ ...whole, ...lost });
    const { code, stdout } = await statesync(['validate', url]);
    expect(stdout).toMatch(sentence);
    expect(code).toBe(2);
  });

  it('says so only where the cluster is meant', async () => {
    const { url } = await memoryStore({ ...whole, ...lost });
    expect((await statesync(['validate', url, '--cluster', 'a.*'])).stdout).not.toMatch(sentence);
    const { code, stdout } = await statesync(['validate', url, '--cluster', 'b.*']);
    expect(stdout).toMatch(sentence);
    expect(code).toBe(2);
  });

  it('says so of a directory of one cluster too', async () => {
    const files = Object.entries(lost).map(([key, text]) => [`s/${key}`, text]);
    const cwd = await workingDirectory(Object.fromEntries(files));
    const { code, stdout } = await statesync(['validate', './s/b.example.com'], { cwd });
    expect(stdout).toContain('CLUSTER-CONFIG-MISSING');
    expect(code).toBe(2);
  });

  it('is told by doctor too', async () => {
    const { url } = await memoryStore({ ...whole, ...lost });
    expect((await statesync(['doctor', url])).stdout).toMatch(sentence);
    expect((await statesync(['doctor', url, '--cluster', 'a.*'])).stdout).not.toMatch(sentence);
  });

  it('goes on to find no cluster where there never was one', async () => {
    const { url } = await memoryStore({ 'b.example.com/secrets/kube': '{}' });
    const { stderr } = await statesync(['validate', url]);
    expect(stderr).toContain('there is no cluster in');
  });
});
