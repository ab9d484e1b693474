import { describe, expect, it } from '@jest/globals';
import { stampOf } from '../../lib/replication/stamp.ts';
import { textSource } from '../../lib/vfs/body.ts';
import {
  clusterText,
  completed,
  config,
  controlPlane,
  createGatedPair,
  fill,
  groupText,
  nodes,
  validSet,
} from './configurations.ts';
import { onFirst } from './layers.ts';
import { cluster, contents, type TestPair } from './pair.ts';

const kopsVersion = `${cluster}/kops-version.txt`;

describe('a gate that enforces', () => {
  it.each([completed, kopsVersion])(
    'lets what was held move on by the event of %s, which it is judged by',
    async (key) => {
      const pair = createGatedPair();
      await fill(pair, { ...validSet, [completed]: clusterText() });
      await pair.converge(config);
      const renamed = clusterText().replace('name: main', 'name: events');
      await fill(pair, { [config]: renamed });
      expect(await pair.converge(config)).toContainEqual(expect.objectContaining({ kind: 'held', key: config }));
      await fill(pair, { [completed]: renamed, [kopsVersion]: '1.32.1\n' });
      const outcomes = await pair.converge(key);
      for (const written of [key, config]) {
        expect(outcomes).toContainEqual(expect.objectContaining({ kind: 'written', key: written }));
      }
    },
  );

  it('lets nothing pass for what the source held only after it was listed', async () => {
    const renamed = clusterText().replaceAll('eu-west-1a', 'eu-west-1b');
    const group = (name: string, role: 'Master' | 'Node') => groupText(name, { role, subnet: 'eu-west-1b' });
    const pair = createGatedPair();
    await fill(pair, validSet);
    await pair.converge(config);
    const edited = { [controlPlane]: group('control-plane', 'Master'), [nodes]: group('nodes', 'Node') };
    const turns = createGatedPair('enforce', {
      stores: pair,
      sourceLayers: [onFirst('read', config, () => pair.put(config, renamed))],
      destinationLayers: [onFirst('write', controlPlane, () => pair.put(config, clusterText({ members: 2 })))],
    });
    await fill(pair, edited);
    await turns.converge(nodes);
    expect(await contents(pair.destination)).toEqual({ ...validSet, ...edited, [config]: renamed });
  });

  it('writes a set to its end, but nothing back to where it came from', async () => {
    const turn = onFirst('write', nodes, () => pair.put(config, clusterText({ members: 2 })));
    const pair: TestPair = createGatedPair('enforce', { destinationLayers: [turn] });
    const own = clusterText({ networkCidr: '172.21.0.0/17' });
    await pair.destination.write(config, textSource(clusterText()));
    const stamp = stampOf(pair.destination.url, await pair.destination.stat(config), {});
    await fill(pair, { ...validSet, [nodes]: groupText('nodes', { maxSize: 9 }) });
    await pair.source.write(config, textSource(own), { metadata: stamp });
    await pair.converge(config);
    expect((await contents(pair.destination))[config]).toBe(clusterText());
  });
});
