import { VfsError } from '../errors.ts';

/** The region that an address of Alibaba Cloud names, `cn-hangzhou` in `https://oss-cn-hangzhou-internal.aliyuncs.com`; undefined where it names none. */
export function regionOfEndpoint(endpoint: string): string | undefined {
  const host = new URL(endpoint).hostname;
  return /^oss-((?!accelerate)[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/.exec(host)?.[1];
}

/**
 * A region as signatures name it. Taken as kOps has it, `oss-cn-hangzhou`, and as Alibaba Cloud's other tools have it, `cn-hangzhou`.
 *
 * Throws `InvalidArgument` that names where the text comes from.
 */
export function parseRegion(text: string, origin: string, target: string): string {
  const region = text.trim().replace(/^oss-/, '');
  if (!/^[a-z0-9]+(-[a-z0-9]+)+$/.test(region)) {
    const reason = `${origin} is no region of Alibaba Cloud; write it like oss-cn-hangzhou`;
    throw new VfsError({ code: 'InvalidArgument', operation: 'open', target, reason });
  }
  return region;
}

/** Throws `InvalidArgument` unless a text may name a bucket: it becomes a part of the host's name. */
export function requireBucketName(bucket: string, target: string): void {
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)) {
    const reason =
      'the name of a bucket in OSS has 3 to 63 lower-case letters, digits and "-", and neither begins nor ends with "-"';
    throw new VfsError({ code: 'InvalidArgument', operation: 'open', target, reason });
  }
}
