import type { Readable } from 'node:stream';

type Handler = (args: { request: { headers: Record<string, string> } }) => Promise<{ response: { body?: unknown } }>;

interface Stacked {
  readonly middlewareStack: {
    add(
      middleware: (next: Handler) => Handler,
      options: { readonly step: 'build' | 'deserialize'; readonly priority: 'high' | 'low'; readonly name: string },
    ): void;
  };
}

/**
 * Adds a header to one command, signed with the rest, and returns the command.
 *
 * For the two that the SDK's own fields would also make it compute with: `x-amz-checksum-mode` and `x-amz-content-sha256`.
 */
export function withHeader<C>(command: C, name: string, value: string | undefined): C {
  if (value !== undefined) {
    const set = (next: Handler): Handler => {
      return (args) => {
        args.request.headers[name] = value;
        return next(args);
      };
    };
    (command as Stacked).middlewareStack.add(set, { step: 'build', priority: 'high', name: `set ${name}` });
  }
  return command;
}

/** Shows the text of one command's answer to `look` before the SDK takes it apart, and returns the command. */
export function withAnswerText<C>(command: C, look: (text: string) => void): C {
  const show = (next: Handler): Handler => {
    return async (args) => {
      const result = await next(args);
      const chunks: Uint8Array[] = [];
      for await (const chunk of result.response.body as Readable) {
        chunks.push(chunk);
      }
      const bytes = Buffer.concat(chunks);
      look(bytes.toString());
      result.response.body = bytes;
      return result;
    };
  };
  (command as Stacked).middlewareStack.add(show, { step: 'deserialize', priority: 'low', name: 'show the answer' });
  return command;
}
