import { createPublicKey, generateKeyPair, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { selfSignedCa } from './certificate.ts';
import { rfc3339, toYaml } from './text.ts';

const day = 24 * 60 * 60 * 1000;

/** One certificate of a keyset, with its private key. Both are PEM. */
export interface SampleKey {
  /** The certificate's serial number, in decimal. */
  readonly id: string;
  readonly certificate: string;
  readonly privateKey: string;
  /** When it was distrusted; undefined while it is trusted. */
  readonly distrusted: Date | undefined;
}

/** A keyset as kOps keeps it: keys in the order of their ids, one of them the one that signs. */
export interface Keyset {
  readonly name: string;
  readonly keys: readonly SampleKey[];
  readonly primaryId: string;
}

/**
 * Where a keyset stands in kOps's rotation: it has one key; or also a next one that does not sign yet; or also a former one that is
 * no longer trusted.
 */
export type Rotation = 'none' | 'next' | 'former';

/** Makes a keyset with fresh keys. Its certificates are valid from the day before they were issued, for ten years. */
export async function makeKeyset(
  name: string,
  { rotation, now, rsaBits }: { readonly rotation: Rotation; readonly now: Date; readonly rsaBits: number },
): Promise<Keyset> {
  const ages = { none: [90], next: [90, 1], former: [90, 30] }[rotation];
  const keys = await Promise.all(
    ages.map((days, i) =>
      makeKey(name, rsaBits, {
        issued: new Date(now.getTime() - days * day),
        distrusted: rotation === 'former' && i === 0 ? new Date(now.getTime() - 29 * day) : undefined,
      }),
    ),
  );
  const primary = keys.find(({ distrusted }) => distrusted === undefined);
  return { name, keys, primaryId: primary?.id ?? '' };
}

/** The text of `keyset.yaml`. */
export function keysetYaml({ name, keys, primaryId }: Keyset): string {
  return toYaml({
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'Keyset',
    metadata: { creationTimestamp: null, name },
    spec: {
      keys: keys.map(({ id, certificate, privateKey, distrusted }) => ({
        ...(distrusted && { distrustTimestamp: rfc3339(distrusted) }),
        id,
        privateMaterial: Buffer.from(privateKey).toString('base64'),
        publicMaterial: Buffer.from(certificate).toString('base64'),
      })),
      primaryId,
      type: 'Keypair',
    },
  });
}

/** The keys of a keyset that are trusted, in the order of their ids. */
export function trustedKeys({ keys }: Keyset): readonly SampleKey[] {
  return keys.filter(({ distrusted }) => distrusted === undefined);
}

/** The public key of a certificate, as PEM. */
export function publicKeyPem({ certificate }: SampleKey): string {
  return createPublicKey(certificate).export({ format: 'pem', type: 'spki' }).toString();
}

async function makeKey(
  name: string,
  modulusLength: number,
  { issued, distrusted }: { readonly issued: Date; readonly distrusted: Date | undefined },
): Promise<SampleKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength });
  const serial = serialNumber(issued);
  const validity = {
    notBefore: new Date(issued.getTime() - day),
    notAfter: new Date(issued.getTime() + 3650 * day),
  };
  return {
    id: serial.toString(),
    certificate: selfSignedCa({ commonName: name, serial, ...validity }, publicKey, privateKey),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
    distrusted,
  };
}

/** kOps's serial numbers grow with time: nanoseconds, and 32 bits at random below them. */
function serialNumber(issued: Date): bigint {
  return ((BigInt(issued.getTime()) * 1_000_000n) << 32n) | BigInt(randomInt(2 ** 32));
}
