/** Turns a key as a sender writes it into the key that the bucket holds; undefined where it is not written in that way. */
export type KeyDecoder = (written: string) => string | undefined;

/** For senders that write keys as they are. */
export const verbatim: KeyDecoder = (written) => written;

/**
 * For senders that write keys as `application/x-www-form-urlencoded`.
 *
 * A plus is a space and has to go first: a plus of the key itself is `%2B`. A percent sign without two hex digits, or bytes that are not
 * UTF-8, are never guessed at.
 */
export const formDecoded: KeyDecoder = (written) => {
  try {
    return decodeURIComponent(written.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
};
