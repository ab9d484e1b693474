import { bytesSource } from './body.ts';
import type { Part, Upload } from './multipart.ts';
import type { ProbeBench } from './probe-bench.ts';
import type { Experiment } from './probe-objects.ts';
import type { ObjectKey, Precondition } from './types.ts';

const none: Precondition = { kind: 'none' };

/** Of objects written in parts. */
export const uploadExperiments: readonly Experiment[] = [
  {
    capability: 'multipart',
    holds: (bench, key) =>
      uploading(bench, key, async (upload, part) => {
        await complete(bench, upload, part, none);
        return (await bench.text(key)) === 'uploaded';
      }),
  },
  {
    capability: 'multipartConditional',
    holds: async (bench, key) => {
      const { stale, current } = await bench.putTwice(key);
      const attempt = (precondition: Precondition) =>
        uploading(bench, key, (upload, part) => bench.refused(complete(bench, upload, part, precondition)));
      const taken = await attempt({ kind: 'if-absent' });
      const moved = await attempt({ kind: 'if-match', revision: stale });
      const kept = (await bench.text(key)) === 'second';
      const refused = await attempt({ kind: 'if-match', revision: current });
      return taken && moved && kept && !refused && (await bench.text(key)) === 'uploaded';
    },
  },
  {
    capability: 'multipartList',
    holds: (bench, key) =>
      uploading(bench, key, async (upload, part) => {
        const parts = await bench.driver.multipart?.listParts?.(upload, bench);
        return parts?.length === 1 && parts[0]?.number === part.number && parts[0].size === part.size;
      }),
  },
  {
    capability: 'multipartCopy',
    holds: async (bench, key) => {
      const from = bench.key('multipartCopy-source');
      const { stale, current, size } = await largeEnough(bench, from);
      const range = { offset: 1, length: size - 1 };
      return uploading(bench, key, async (upload) => {
        const copy = (sourceIfMatch: typeof stale) =>
          bench.driver.multipart?.copyPart?.(upload, 2, bench.driver, from, {
            signal: bench.signal,
            range,
            sourceIfMatch,
          });
        const refused = await bench.refused(Promise.resolve(copy(stale)));
        return refused && (await copy(current))?.size === range.length;
      });
    },
  },
];

/** Does something with an upload of one part, and throws away what is left of it. */
async function uploading(
  { driver, signal, tidying }: ProbeBench,
  key: ObjectKey,
  work: (upload: Upload, part: Part) => Promise<boolean>,
): Promise<boolean> {
  const { multipart } = driver;
  if (multipart === undefined) {
    return false;
  }
  const upload = await multipart.begin(key, { signal, headers: {}, metadata: {} });
  try {
    return await work(upload, await multipart.putPart(upload, 1, bytesSource(Buffer.from('uploaded')), { signal }));
  } finally {
    await multipart.abort(upload, { signal: tidying });
  }
}

async function complete(
  { driver, signal }: ProbeBench,
  upload: Upload,
  part: Part,
  precondition: Precondition,
): Promise<void> {
  await driver.multipart?.complete(upload, [part], { signal, precondition, checksums: {} });
}

/** An object that has changed once, of more than the size from which S3 copies ranges: 5 MB, its smallest part. */
async function largeEnough(bench: ProbeBench, key: ObjectKey) {
  const size = bench.driver.capabilities.parts.minSize + 16;
  const { revision: stale } = await bench.put(key, 'first');
  const { revision: current } = await bench.put(key, bytesSource(Buffer.alloc(size, 'x')));
  return { stale, current, size };
}
