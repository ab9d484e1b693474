import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { toYaml } from './text.ts';

/** The tokens that kOps makes for every cluster, and that nothing reads any more (`pkg/tokens/wellknown.go`). */
const tokenNames = [
  'admin',
  'kube',
  'kube-proxy',
  'kubelet',
  'system:controller_manager',
  'system:dns',
  'system:logging',
  'system:monitoring',
  'system:scheduler',
] as const;

/** Makes the secrets of a cluster, by name: tokens, registry credentials and, where it is asked for, an encryption configuration. */
export function makeSecrets(withEncryption: boolean): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>(tokenNames.map((name) => [name, token()]));
  const auth = Buffer.from(`sample:${token()}`).toString('base64');
  secrets.set('dockerconfig', JSON.stringify({ auths: { 'registry.example.com': { auth } } }));
  if (withEncryption) {
    secrets.set('encryptionconfig', encryptionConfig());
  }
  return secrets;
}

/** The content of the object that holds a secret. */
export function secretJson(data: string): string {
  return JSON.stringify({ Data: Buffer.from(data).toString('base64') });
}

/** The hash of a secret that node configuration carries: SHA-256 in padded, URL-safe base64. */
export function secretHash(data: string): string {
  return `${createHash('sha256').update(data).digest('base64url')}=`;
}

/** Makes an SSH key and keeps its public half: the line of an `authorized_keys` file, and the MD5 of the key on the wire. */
export function makeSshPublicKey(comment: string): { readonly line: string; readonly fingerprint: string } {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const wire = Buffer.concat([Buffer.from('ssh-ed25519'), Buffer.from(x, 'base64url')].map(withLength));
  return {
    line: `ssh-ed25519 ${wire.toString('base64')} ${comment}\n`,
    fingerprint: createHash('md5').update(wire).digest('hex'),
  };
}

/** 32 characters of base64 without `+`, `/` and `=`, as kOps makes them. */
function token(): string {
  return randomBytes(48).toString('base64').replace(/[+/=]/g, '').slice(0, 32);
}

function encryptionConfig(): string {
  return toYaml({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [
      {
        providers: [
          { aescbc: { keys: [{ name: 'key1', secret: randomBytes(32).toString('base64') }] } },
          { identity: {} },
        ],
        resources: ['secrets'],
      },
    ],
  });
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
