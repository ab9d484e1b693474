import { expect } from '@jest/globals';
import { decodeMessage } from '../../lib/events/decode.ts';
import type { DecodedMessage } from '../../lib/events/decoded-message.ts';

/** The keys of the events in a message, which has nothing else in it. */
export function keysOf(body: string): readonly string[] {
  const decoded = decodeMessage(body);
  expect(decoded).toMatchObject({ kind: 'events', ignored: [], refused: [] });
  return decoded.kind === 'events' ? decoded.events.map((event) => event.key) : [];
}

/** Why a message was ignored or refused as a whole. */
export function reasonOf(decoded: DecodedMessage, kind: 'ignored' | 'refused'): string {
  expect(decoded.kind).toBe(kind);
  return 'reason' in decoded ? decoded.reason : '';
}
