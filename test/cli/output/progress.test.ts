import { describe, expect, it } from '@jest/globals';
import { Progress } from '../../../cli/output/progress.ts';
import { createManualClock } from '../../support/clock.ts';
import { Kept } from '../run-cli.ts';

describe('progress', () => {
  it('is a bar on a terminal, drawn again in place, and taken away at the end', async () => {
    const [out, clock] = [new Kept(true), createManualClock()];
    const progress = new Progress({ out, clock, quiet: false, label: 'sync', total: 4 });
    for (const detail of ['1 changed', '2 changed', '3 changed']) {
      await clock.advance(detail === '2 changed' ? 10 : 150);
      await progress.step(detail);
    }
    await progress.clear();
    expect(out.text).toBe(
      [
        `\rsync ${'█'.repeat(6)}${'░'.repeat(18)} 25% 1/4, 1 changed\u001b[K`,
        `\rsync ${'█'.repeat(18)}${'░'.repeat(6)} 75% 3/4, 3 changed\u001b[K`,
        '\r\u001b[K',
      ].join(''),
    );
  });

  it('is a plain line now and then elsewhere, and nothing where it would be over at once', async () => {
    const [out, clock] = [new Kept(), createManualClock()];
    const progress = new Progress({ out, clock, quiet: false, label: 'verify', total: undefined });
    for (let i = 0; i < 25; i += 1) {
      await clock.advance(1000);
      await progress.step('0 differences');
    }
    await progress.clear();
    expect(out.text).toBe('verify: 10, 0 differences\nverify: 20, 0 differences\n');
  });

  it('is nothing at all where the user wants quiet', async () => {
    const [out, clock] = [new Kept(true), createManualClock()];
    const progress = new Progress({ out, clock, quiet: true, label: 'sync', total: 1 });
    await clock.advance(60_000);
    await progress.step('x');
    await progress.clear();
    expect(out.text).toBe('');
  });
});
