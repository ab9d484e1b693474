import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeMessage } from '../../lib/events/decode.ts';
import type { DecodedMessage } from '../../lib/events/decoded-message.ts';
import { eventFixtures } from './fixtures.ts';
import { eventBridgeBody, formEncode, formStyles, s3Body, s3Record, snsBody } from './senders.ts';

const awkward = '+|%| |%2B|%20|%zz|:|/|&|=|*|~|é|e\u0301|😀|\0|\u2028'.split('|');

/** Any key, and mostly one of the pieces that encodings get wrong. */
const keys: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { arbitrary: fc.constantFrom(...awkward), weight: 2 },
      { arbitrary: fc.string({ unit: 'binary', maxLength: 4 }), weight: 1 },
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))
  .filter((key) => key !== '');

const fieldNames =
  'Records eventSource eventName s3 Type TopicArn Message detail-type source detail statesync task depth Event __proto__'.split(
    ' ',
  );

function keysIn(decoded: DecodedMessage): readonly string[] {
  return decoded.kind === 'events' ? decoded.events.map((event) => event.key) : [];
}

/** Every kind of answer is well formed: never empty where it says there is something, and every reason short and on one line. */
function expectWellFormed(decoded: DecodedMessage): void {
  if (decoded.kind === 'events') {
    expect(decoded.events.length).toBeGreaterThan(0);
    for (const { bucket, key } of decoded.events) {
      expect(bucket).not.toBe('');
      expect(key).not.toBe('');
      expect(key.isWellFormed()).toBe(true);
    }
  }
  const reasons =
    decoded.kind === 'events' ? [...decoded.ignored, ...decoded.refused] : 'reason' in decoded ? [decoded.reason] : [];
  for (const reason of reasons) {
    expect(reason).toMatch(/^[^\n]{1,1000}$/);
  }
}

describe('any key survives', () => {
  it.each(Object.entries(formStyles))('a bucket notification, escaped as %s does', (_, style) => {
    fc.assert(
      fc.property(keys, (key) => {
        const body = s3Body(s3Record(formEncode(key, style)));
        expect(keysIn(decodeMessage(body))).toEqual([key]);
        expect(keysIn(decodeMessage(snsBody(body)))).toEqual([key]);
      }),
    );
  });

  it('a bucket notification of Ceph, which escapes nothing', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(keysIn(decodeMessage(s3Body(s3Record(key, { eventSource: 'ceph:s3' }))))).toEqual([key]);
      }),
    );
  });

  it('EventBridge, which escapes nothing, also inside SNS', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(keysIn(decodeMessage(eventBridgeBody(key)))).toEqual([key]);
        expect(keysIn(decodeMessage(snsBody(eventBridgeBody(key))))).toEqual([key]);
      }),
    );
  });
});

describe('every record is accounted for', () => {
  it('in order, as an event, as ignored or as refused', () => {
    const kinds = fc.array(fc.constantFrom('good', 'quiet', 'strange'), { maxLength: 20 });
    fc.assert(
      fc.property(kinds, (records) => {
        const decoded = decodeMessage(
          s3Body(
            ...records.map((kind, i) =>
              s3Record(
                kind === 'strange' ? `%${i}` : `key-${i}`,
                kind === 'quiet' ? { eventName: 'ObjectTagging:Put' } : {},
              ),
            ),
          ),
        );
        const at = (kind: string) => records.flatMap((one, i) => (one === kind ? [i] : []));
        if (at('good').length === 0) {
          expect(decoded.kind).toBe(at('strange').length > 0 ? 'refused' : 'ignored');
          return;
        }
        expect(decoded).toEqual({
          kind: 'events',
          events: at('good').map((i) => expect.objectContaining({ key: `key-${i}` })),
          ignored: at('quiet').map((i) => expect.stringContaining(`Records[${i}]: `)),
          refused: at('strange').map((i) => expect.stringContaining(`Records[${i}]: `)),
        });
      }),
    );
  });
});

describe('nothing makes the decoder throw', () => {
  it('no text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        expectWellFormed(decodeMessage(body));
        expectWellFormed(decodeMessage(snsBody(body)));
      }),
    );
  });

  it('no JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expectWellFormed(decodeMessage(JSON.stringify(value)));
        expectWellFormed(decodeMessage(s3Body(value)));
      }),
    );
  });

  it('no mixture of the fields that it looks for', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(
        'aws:s3',
        'ceph:s3',
        'aws.s3',
        'ObjectCreated:Put',
        'Object Created',
        'Notification',
        'reconcile',
        'a%',
        1,
      ),
    );
    const names = fc.constantFrom(...fieldNames);
    fc.assert(
      fc.property(fc.dictionary(names, value), fc.dictionary(names, value), (outer, inner) => {
        expectWellFormed(decodeMessage(JSON.stringify(outer)));
        expectWellFormed(decodeMessage(JSON.stringify({ ...outer, Records: [inner, outer] })));
        expectWellFormed(decodeMessage(snsBody(JSON.stringify(inner))));
      }),
    );
  });

  it('no real message of which one place was replaced', () => {
    const place = fc.record({
      fixture: fc.nat(eventFixtures.length - 1),
      path: fc.array(fc.nat(), { maxLength: 6 }),
      value: fc.jsonValue(),
    });
    fc.assert(
      fc.property(place, ({ fixture, path, value }) => {
        const message: unknown = JSON.parse(eventFixtures[fixture]!.body);
        expectWellFormed(decodeMessage(JSON.stringify(replaced(message, path, value))));
      }),
      { numRuns: 500 },
    );
  });
});

/** `message` with `value` at the place to which `path` leads, each step a choice among the members that there are. */
function replaced(message: unknown, path: readonly number[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof message !== 'object' || message === null) {
    return value;
  }
  const names = Object.keys(message);
  const name = names[step % names.length];
  if (name === undefined) {
    return value;
  }
  const member: unknown = Reflect.get(message, name);
  return Array.isArray(message)
    ? message.with(Number(name), replaced(member, rest, value))
    : { ...message, [name]: replaced(member, rest, value) };
}
