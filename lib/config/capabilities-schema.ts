import { z } from 'zod';
import { allKept, type Capabilities } from '../vfs/capabilities.ts';
import { capabilityMeanings } from '../vfs/capability-meanings.ts';
import type { Flag } from '../vfs/probe-objects.ts';
import type { ChecksumAlgorithm } from '../vfs/types.ts';

const algorithms = ['sha256', 'md5', 'crc64nvme', 'crc64xz', 'crc32c'] as const satisfies readonly ChecksumAlgorithm[];

const denials = Object.fromEntries((Object.keys(allKept) as Flag[]).map((name) => [name, denial(name)])) as Record<
  Flag,
  ReturnType<typeof denial>
>;

function denial(name: Flag) {
  return z
    .literal(false)
    .exactOptional()
    .meta({ description: `Denies that the store ${capabilityMeanings[name]}.`, examples: [false] });
}

function digests(what: string) {
  return z
    .array(z.enum(algorithms).meta({ examples: ['md5'] }))
    .exactOptional()
    .meta({ description: `The digests that the store ${what}, and no others.`, examples: [['md5']] });
}

function limit(what: string, example: number) {
  return z
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .exactOptional()
    .meta({ description: `${what}, in bytes.`, examples: [example] });
}

const partBound = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/** What an entry of `stores` denies of what its driver declares. */
export const capabilitiesSchema = z
  .strictObject({
    ...denials,
    statChecksums: digests('tells'),
    writeVerifies: digests('checks'),
    maxObjectSize: limit('The largest object', 5_368_709_120),
    maxWriteSize: limit(
      'What one write may bring at most (for Vault what its own settings allow, which may also be more than the default)',
      104_857_600,
    ),
    maxKeyBytes: limit('The longest key', 512),
    parts: z
      .strictObject({
        minSize: partBound.meta({ description: 'The smallest part but the last, in bytes.', examples: [5_242_880] }),
        maxSize: partBound.meta({ description: 'The largest part, in bytes.', examples: [1_073_741_824] }),
        maxCount: partBound.meta({ description: 'The most parts of one object.', examples: [1000] }),
      })
      .exactOptional()
      .meta({
        description: 'The bounds of an object that is written in parts.',
        examples: [{ minSize: 5_242_880, maxSize: 1_073_741_824, maxCount: 1000 }],
      }),
  } satisfies Record<keyof Capabilities, z.ZodType>)
  .meta({
    description:
      'What the store does not do of what its kind can do, as `statesync store probe` finds it; {} where a probe found nothing missing. What is denied is never relied on. `sync` does not probe again where this is {}, or says true or false of `writeIfAbsent`, `writeIfMatch` or `deleteIfMatch`.',
    examples: [{ deleteIfMatch: false }],
  });
