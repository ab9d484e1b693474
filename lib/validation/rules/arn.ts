/** The resource that an ARN names, or what the AWS SDK for Go says of a text that is none (`arn.Parse`). */
export function readArn(text: string): { readonly resource: string } | { readonly reason: string } {
  if (!text.startsWith('arn:')) {
    return { reason: 'arn: invalid prefix' };
  }
  const [, , , , , ...resource] = text.split(':');
  return resource.length === 0 ? { reason: 'arn: not enough sections' } : { resource: resource.join(':') };
}

/** Whether a text is an ARN whose resource begins with one of the kinds, each with its slash. */
export function isArnOf(text: string, kinds: readonly string[]): boolean {
  const arn = readArn(text);
  return 'resource' in arn && kinds.some((kind) => arn.resource.startsWith(kind));
}
