import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A key and a certificate that it signed itself, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** The common name in the certificate. */
export const certificateName = 'loopback';

/**
 * Makes a certificate for 127.0.0.1 and `localhost`, which is its own authority (RFC 5280, in DER as X.690 has it), so that no key has to be kept in
 * the repository.
 */
export function selfSigned(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const toBeSigned = tbsCertificate(algorithm, publicKey);
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, algorithm, bits(signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
  };
}

function tbsCertificate(algorithm: Buffer, publicKey: KeyObject): Buffer {
  const name = sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(certificateName)))));
  const validity = sequence(time('20200101000000Z'), time('20990101000000Z'));
  const isAuthority = sequence(oid('551d13'), octets(sequence(tagged(0x01, Buffer.of(0xff)))));
  const names = sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.of(127, 0, 0, 1)));
  const addresses = sequence(oid('551d11'), octets(names));
  return sequence(
    tagged(0xa0, integer(Buffer.of(2))), // v3
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(isAuthority, addresses)),
  );
}

function tagged(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}

const sequence = (...contents: readonly Buffer[]) => tagged(0x30, ...contents);
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'));
const integer = (bytes: Buffer) => tagged(0x02, bytes);
const octets = (content: Buffer) => tagged(0x04, content);
const bits = (content: Buffer) => tagged(0x03, Buffer.of(0), content);
const time = (text: string) => tagged(0x18, Buffer.from(text));
