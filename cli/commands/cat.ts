import type { Command } from 'commander';
import { sensitiveClasses } from '../../lib/kops/object-class.ts';
import type { CommandContext } from '../context.ts';
import { type ExitCode, exitCodes, usageError } from '../exit-codes.ts';
import { type OpenedObject, openObject } from '../open-location.ts';
import type { Shell } from '../shell.ts';

/** Adds `cat`. */
export function addCat(program: Command, shell: Shell): void {
  program
    .command('cat')
    .argument('<location>', 'one object: URL/KEY, a file, or STORE/KEY of the configuration')
    .option('--show-secrets', 'also an object of a class that holds keys or secrets')
    .description('Write one object to stdout, byte for byte')
    .addHelpText('after', help)
    .action(shell.action(cat));
}

const help = `
Objects of the classes ${[...sensitiveClasses].join(', ')} hold private keys,
secrets or credentials. They are written only with --show-secrets, so that none ends up on a screen or in
the log of a job by mistake.

Examples:
  statesync cat s3://acme-kops-state/k8s.example.com/config
  statesync cat prod/k8s.example.com/instancegroup/nodes
  statesync cat prod/k8s.example.com/pki/private/kubernetes-ca/keyset.yaml --show-secrets > keyset.yaml`;

async function cat(
  context: CommandContext,
  [text = '']: readonly (string | undefined)[],
  { showSecrets = false }: { readonly showSecrets?: boolean },
): Promise<ExitCode> {
  if (context.format !== 'table') {
    throw usageError('cat writes an object as it is, byte for byte, and in no other format; leave -o out');
  }
  const object = await openObject(context, text);
  if (!showSecrets) {
    refuseSensitive(object);
  }
  const { stdout, signal } = context.io;
  const { body } = await object.store.read(object.key, { signal });
  try {
    for await (const chunk of body) {
      await stdout.write(chunk);
    }
  } finally {
    await body.cancel();
  }
  return exitCodes.clean;
}

function refuseSensitive({ store, key, class: objectClass }: OpenedObject): void {
  if (objectClass !== undefined && sensitiveClasses.has(objectClass)) {
    throw usageError(
      `${store.url}/${key} is of class ${objectClass}, which holds keys, secrets or credentials; nothing was read. Add --show-secrets if it may be shown here`,
    );
  }
}
