import { nearest } from '../config/nearest.ts';
import { coverSecrets, isSecretName } from '../config/secret-mask.ts';
import { type FieldPath, propertyOf } from './field-path.ts';

/** Fields that hold a secret, or somebody's own text with anything in it. Those with nearly the same name are taken for misspelled. */
const secretFields: readonly string[] = [
  ...['privateMaterial', 'publicMaterial', 'keyMaterial', 'privateKey', 'vSpherePassword', 'password', 'passphrase'],
  ...['secret', 'token', 'credentials', 'userData', 'additionalUserData', 'content'],
];

/** Fields of kOps with names like those, that hold a flag, a mode, a duration or a place. */
const harmlessFields: ReadonlySet<string> = new Set([
  ...['authenticationTokenWebhook', 'authenticationTokenWebhookCacheTtl', 'authenticationTokenWebhookConfigFile'],
  ...[
    'concurrentServiceaccountTokenSyncs',
    'enableBootstrapTokenAuth',
    'enableSecretsSync',
    'httpTokens',
    'secretStore',
  ],
]);

const secretKinds: readonly string[] = ['Keyset', 'SSHCredential', 'Secret'];

/** What was asked before: the same few names stand in all manifests. */
const asked = new Map<string, boolean>();
const mostAsked = 10_000;

/** Whether a field of this name, or the one that it is a misspelling of, may hold a secret. */
export function isSecretField(name: string): boolean {
  const isSecret = asked.get(name) ?? (!harmlessFields.has(name) && (isSecretName(name) || isNear(name, secretFields)));
  if (asked.size < mostAsked) {
    asked.set(name, isSecret);
  }
  return isSecret;
}

/** Whether all of an object of this kind, or of the one that it is a misspelling of, is never shown. */
export function isSecretKind(kind: string): boolean {
  return /keyset|secret|sshcred/i.test(kind) || isNear(kind, secretKinds);
}

/** Looks at no word whose length or digits alone say that it is another: this is asked of every word of a text. */
function isNear(word: string, names: readonly string[]): boolean {
  const most = Math.max(1, word.length / 3);
  const alike = names.filter(({ length }) => Math.abs(length - word.length) <= most);
  return !/\d{3}/.test(word) && nearest(word, alike) !== undefined;
}

/**
 * Whether what stands at a path may be a secret: by the name of a field on the way, or, for the value of an environment variable, by the name
 * beside it.
 */
export function mayHoldSecret(path: FieldPath, root: unknown): boolean {
  let holder = root;
  return path.map(propertyOf).some((step, index, steps) => {
    const beside = holder;
    holder = fieldsOf(holder)?.[step];
    return (isSecretField(String(step)) && !isOnTheWay(steps, index)) || (step === 'value' && isNamedSecret(beside));
  });
}

/** Whether a name on the way says nothing of what it leads to: the place of a store, and the type of user data. */
function isOnTheWay(steps: readonly (string | number)[], index: number): boolean {
  const [before, step, , further] = [steps[index - 1], steps[index], steps[index + 1], steps[index + 2]];
  return (step === 'secrets' && before === 'configStore') || (step === 'additionalUserData' && further !== undefined);
}

function isNamedSecret(value: unknown): boolean {
  const name = fieldsOf(value)?.['name'];
  return typeof name === 'string' && isSecretField(name);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** The user and the password of a URL, or before a host: `user:password@`. What an image has before its digest is none. */
const userInfo = [
  /(?<=:\/\/)(?:[^\s/@]+|[^\s/:@]*:(?!\d+\/)[^\s@]+)(?=@)/g,
  /(?<![\w*.%+-])[\w.%+-]+:(?!\/\/|\d+\/)[^\s@"']+(?=@(?!sha\d+:)[\w[])/g,
];

/** Longer texts are not shown: looking for secrets in them takes long. */
const longestText = 5_000;

/** The text, of the same length, with users and passwords of URLs covered; `…` for one that is too long to look through. */
export function coverUserInfo(text: string): string {
  return text.length > longestText
    ? '…'
    : userInfo.reduce((shown, shape) => shown.replace(shape, (found) => '*'.repeat(found.length)), text);
}

/** In place of a value that may be a secret. */
export const covered = '***';

/** The value with what may be a secret covered: by its form, and by the names of the fields in it. */
export function coverValue(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.length > longestText ? '…' : coverUserInfo(coverSecrets(value));
  }
  if (Array.isArray(value)) {
    return value.map(coverValue);
  }
  const fields = fieldsOf(value);
  return fields === undefined
    ? value
    : Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [
          name,
          isSecretField(name) || (name === 'value' && isNamedSecret(value)) ? covered : coverValue(field),
        ]),
      );
}
