import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { systemClock } from '../../lib/flow/clock.ts';
import { declaredCapabilities } from '../../lib/vfs/declared-capabilities.ts';
import { openStore } from '../../lib/vfs/open.ts';

const amazon = { amazon: true };

describe('what the driver of a scheme declares', () => {
  it.each(['s3://b', 'file:///b', 'memfs://declared'])('is what it declares once it is open: %s', async (url) => {
    const store = await openStore({ url }, { environment: {}, clock: systemClock });
    expect(store.capabilities).toEqual(declaredCapabilities(url.split(':')[0] ?? '', amazon));
    await store.close();
  });

  it('is less for a compatible store than for Amazon S3, and a flavour is always one', () => {
    const compatible = declaredCapabilities('s3', { amazon: false });
    expect(compatible?.statChecksums).toEqual(['md5']);
    expect(declaredCapabilities('s3', amazon)?.statChecksums).toContain('crc64nvme');
    expect(declaredCapabilities('do', amazon)).toEqual(compatible);
  });

  it('is nothing for a scheme that nobody knows', () => {
    expect(declaredCapabilities('ftp', amazon)).toBeUndefined();
    expect(declaredCapabilities('constructor', amazon)).toBeUndefined();
  });

  it('is known without loading an SDK', async () => {
    const { metafile } = await build({
      entryPoints: ['lib/vfs/declared-capabilities.ts'],
      absWorkingDir: join(import.meta.dirname, '../..'),
      ...{ bundle: true, write: false, metafile: true, platform: 'node', format: 'esm', packages: 'external' },
    });
    const loaded = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.flatMap(({ path, external }) => (external === true && !path.startsWith('node:') ? [path] : [])),
    );
    expect([...new Set(loaded)]).toEqual(['hash-wasm']);
  });
});
