import type { KeptHeaders } from './bucket.ts';
import type { Call } from './call.ts';
import { invalidArgument, OssError } from './oss-error.ts';

/** "Manage object metadata": the standard headers that OSS retains. */
const standard = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const maxMetadata = 8 * 1024;

/** What a request gives an object to keep. A missing type is `application/octet-stream`. */
export function keptHeaders({ headers }: Call): KeptHeaders {
  const entries = Object.entries(headers).map(([name, value]) => [name, `${value ?? ''}`] as const);
  const metadata = entries.filter(([name]) => name.startsWith('x-oss-meta-'));
  for (const [name] of metadata) {
    if (!/^x-oss-meta-[a-z0-9-]+$/.test(name)) {
      throw invalidArgument('The key of the user metadata is invalid.', { ArgumentName: name });
    }
  }
  if (metadata.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > maxMetadata) {
    throw invalidArgument('The total size of user metadata is larger than 8 KB.');
  }
  const kept = entries.filter(([name]) => standard.includes(name));
  return { 'content-type': 'application/octet-stream', ...Object.fromEntries([...kept, ...metadata]) };
}

/** Whether a write may not replace an object. In a bucket with versions, enabled or suspended, the header takes no effect (PutObject). */
export function refuseOverwrite({ headers }: Call, versioned: boolean, taken: boolean): void {
  const forbid = headers['x-oss-forbid-overwrite'] ?? 'false';
  if (forbid !== 'true' && forbid !== 'false') {
    throw invalidArgument('The value of x-oss-forbid-overwrite is invalid.', {
      ArgumentName: 'x-oss-forbid-overwrite',
    });
  }
  if (forbid === 'true' && taken && !versioned) {
    throw new OssError(409, 'FileAlreadyExists', 'The object you specified already exists and can not be overwritten.');
  }
}
