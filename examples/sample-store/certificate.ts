import { createHash, type KeyObject, sign } from 'node:crypto';

/** What a certificate says. */
export interface CertificateSubject {
  readonly commonName: string;
  readonly serial: bigint;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const universal = { integer: 0x02, bitString: 0x03, octetString: 0x04, utf8String: 0x0c, sequence: 0x30, set: 0x31 };
const sha256WithRsa = sequence(hex('06092a864886f70d01010b'), hex('0500'));
const commonNameId = hex('0603550403');
const extensionIds = {
  keyIdentifier: hex('0603551d0e'),
  keyUsage: hex('0603551d0f'),
  basicConstraints: hex('0603551d13'),
};
const critical = hex('0101ff');

/**
 * Makes a self-signed certificate of a certification authority (X.509 v3, RSA with SHA-256), as PEM.
 *
 * Node reads certificates and makes none; this is the little DER that one takes (RFC 5280).
 */
export function selfSignedCa(subject: CertificateSubject, publicKey: KeyObject, privateKey: KeyObject): string {
  const name = sequence(
    der(universal.set, sequence(commonNameId, der(universal.utf8String, Buffer.from(subject.commonName)))),
  );
  const keyInfo = publicKey.export({ format: 'der', type: 'spki' });
  const toBeSigned = sequence(
    der(0xa0, integer(2n)), // Version 3.
    integer(subject.serial),
    sha256WithRsa,
    name,
    sequence(time(subject.notBefore), time(subject.notAfter)),
    name,
    keyInfo,
    der(0xa3, extensions(keyInfo)),
  );
  const certificate = sequence(toBeSigned, sha256WithRsa, bitString(sign('sha256', toBeSigned, privateKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function extensions(keyInfo: Buffer): Buffer {
  const extension = (...parts: readonly Buffer[]): Buffer =>
    sequence(...parts.slice(0, -1), der(universal.octetString, parts.at(-1) ?? Buffer.alloc(0)));
  const keyIdentifier = der(universal.octetString, createHash('sha1').update(keyInfo).digest());
  return sequence(
    extension(extensionIds.keyUsage, critical, hex('03020106')), // keyCertSign and cRLSign
    extension(extensionIds.basicConstraints, critical, sequence(critical)), // cA is true
    extension(extensionIds.keyIdentifier, keyIdentifier),
  );
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) {
    return Buffer.concat([Buffer.from([tag, content.length]), content]);
  }
  const length = hex(evenHex(BigInt(content.length)));
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(universal.sequence, ...contents);
}

/** A positive integer: a leading zero byte keeps its first bit from being a sign. */
function integer(value: bigint): Buffer {
  const digits = evenHex(value);
  return der(universal.integer, hex(/^[89a-f]/.test(digits) ? `00${digits}` : digits));
}

function bitString(bytes: Buffer): Buffer {
  return der(universal.bitString, Buffer.from([0]), bytes);
}

/** UTCTime up to 2049, GeneralizedTime from then on. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`;
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function evenHex(value: bigint): string {
  const digits = value.toString(16);
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, 'hex');
}
