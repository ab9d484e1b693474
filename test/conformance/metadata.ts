import { expect } from '@jest/globals';
import { bytesSource } from '../../lib/vfs/body.ts';
import type { ContentHeaders, Metadata } from '../../lib/vfs/types.ts';
import type { Trial } from './trial.ts';

const metadata: Metadata = {
  'statesync-store': 's3://bucket/prefix',
  'statesync-key': 'prod.example.com/secrets/a%3Ab',
  'with-space': 'two words; and = signs, "quotes"',
  n: '0',
};

const headers: ContentHeaders = {
  contentType: 'application/x-yaml; charset=utf-8',
  contentEncoding: 'gzip',
  contentDisposition: 'attachment; filename="etcd.backup.gz"',
  contentLanguage: 'en',
  cacheControl: 'no-cache, max-age=0',
};

/** What travels with the content. */
export function metadataTests(trial: Trial): void {
  const { metadata: keepsMetadata, contentHeaders: keepsHeaders } = trial.capabilities;
  if (keepsMetadata) {
    trial.test('user metadata comes back as it was written', async (place) => {
      await place.put('k', 'text', { metadata });
      expect((await place.store.stat(place.key('k'))).metadata).toEqual(metadata);
      const read = await place.store.read(place.key('k'));
      await read.body.cancel();
      expect(read.stat.metadata).toEqual(metadata);
    });
  } else {
    trial.test('without user metadata, a stat has none', async (place) => {
      await place.put('k', 'text');
      expect((await place.store.stat(place.key('k'))).metadata).toEqual({});
    });
  }
  if (keepsHeaders) {
    trial.test('content headers come back as they were written', async (place) => {
      await place.put('k', 'text', { headers });
      expect((await place.store.stat(place.key('k'))).headers).toEqual(headers);
    });

    trial.test('a content encoding changes nothing in the bytes', async (place) => {
      const gzipped = Buffer.from('1f8b0800000000000003cb48cdc9c907008610a63605000000', 'hex');
      const gzipAndText = { contentEncoding: 'gzip', contentType: 'text/plain' };
      await place.put('gzipped', bytesSource(gzipped), { headers: gzipAndText });
      await place.put('plain', 'not gzip at all', { headers: gzipAndText });
      expect(Buffer.from(await place.bytes('gzipped')).equals(gzipped)).toBe(true);
      expect((await place.store.stat(place.key('gzipped'))).size).toBe(gzipped.byteLength);
      expect(await place.text('plain')).toBe('not gzip at all');
    });
  }
}
