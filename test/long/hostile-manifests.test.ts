import { describe, expect, it } from '@jest/globals';
import { hostileManifests } from '../validation/hostile-manifests.ts';
import { useJudge } from '../validation/judged-alone.ts';

describe('a manifest that is made to exhaust its reader gets an answer within two seconds of computing and 512 MB', () => {
  const judge = useJudge();

  it.each(Object.keys(hostileManifests))('%s', (name) => {
    const [answer] = judge([name]);
    expect(answer).toMatchObject({ name });
    expect(answer?.cpuMs).toBeLessThan(2_000);
    expect(answer?.maxRssMb).toBeLessThan(512);
  });
});
