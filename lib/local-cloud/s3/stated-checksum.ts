import { type ChecksumAlgorithm, decodeChecksum, isChecksumAlgorithm } from './checksums.ts';
import { notImplemented, s3Error } from './errors.ts';

/** Looks up one request header by its lower-case name. */
export type HeaderLookup = (name: string) => string | undefined;

/** The checksum that a request says its body has. */
export interface StatedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** The header, or the trailing header, that carries it. */
  readonly headerName: string;
  /** Undefined while it is still to come, in a trailing header. */
  readonly value: Buffer | undefined;
}

/** The header in which a checksum travels. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

const notValues = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);

/** The names of the headers in a request that carry checksums. */
export function checksumHeaderNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith('x-amz-checksum-') && !notValues.has(name));
}

/**
 * Reads the checksum that a request states, in a header or as announced by `x-amz-trailer`.
 * Throws `InvalidRequest` for several, for a malformed one, and for an algorithm named without its checksum.
 */
export function statedChecksum(names: readonly string[], header: HeaderLookup): StatedChecksum | undefined {
  const trailing = (header('x-amz-trailer') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const given = [...checksumHeaderNames(names), ...checksumHeaderNames(trailing)];
  const [headerName] = given;
  const named = header('x-amz-sdk-checksum-algorithm')?.toUpperCase();
  if (headerName === undefined) {
    if (named !== undefined) {
      throw s3Error('InvalidRequest', {
        message:
          'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
      });
    }
    return undefined;
  }
  const algorithm = headerName.slice('x-amz-checksum-'.length).toUpperCase();
  if (given.length > 1) {
    throw s3Error('InvalidRequest', {
      message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    });
  }
  if (!isChecksumAlgorithm(algorithm)) {
    throw notImplemented(`The checksum header ${headerName}`);
  }
  if (named !== undefined && named !== algorithm) {
    throw s3Error('InvalidRequest', { message: `Value for x-amz-sdk-checksum-algorithm header is invalid.` });
  }
  const text = header(headerName);
  return { algorithm, headerName, value: text === undefined ? undefined : readChecksum(algorithm, headerName, text) };
}

/** The bytes of a checksum header; throws `InvalidRequest` when it is malformed. */
export function readChecksum(algorithm: ChecksumAlgorithm, headerName: string, text: string): Buffer {
  const value = decodeChecksum(algorithm, text);
  if (value === undefined) {
    throw s3Error('InvalidRequest', { message: `Value for ${headerName} header is invalid.` });
  }
  return value;
}
