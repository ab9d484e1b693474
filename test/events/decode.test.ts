import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from '../../lib/events/decode.ts';
import { field } from '../../lib/events/fields.ts';
import { summarize } from '../../lib/events/record.ts';
import { keysOf, reasonOf } from './answers.ts';
import { eventBridgeBody, s3Body, s3Record, snsBody } from './senders.ts';

function named(eventName: string): string {
  return s3Body(s3Record('k', { eventName }));
}

describe('fields that decide nothing', () => {
  it.each([
    ['an IPv6 address of the client', { requestParameters: { sourceIPAddress: '2001:db8::1' } }],
    ['no address', { requestParameters: undefined }],
    ['an empty region', { awsRegion: '' }],
    ['a userIdentity of another form', { userIdentity: ['somebody'] }],
    ['fields from the future', { s3x: {}, eventData: { restore: 1 } }],
  ])('are not checked: %s', (_, changes) => {
    expect(keysOf(s3Body(s3Record('k', changes)))).toEqual(['k']);
  });

  it.each([
    ['a size in words', { size: '1024' }],
    ['a negative size', { size: -1 }],
    ['an unsafe size', { size: 1e300 }],
    ['an empty versionId', { versionId: '' }],
    ['an eTag that is no text', { eTag: 7 }],
    ['a sequencer that is no text', { sequencer: null }],
  ])('are left out where they mean nothing: %s', (_, object) => {
    const decoded = decodeMessage(
      s3Body(s3Record('', { s3: { bucket: { name: 'state' }, object: { key: 'k', ...object } } })),
    );
    expect(decoded).toEqual({
      kind: 'events',
      events: [{ bucket: 'state', key: 'k', change: 'created', cause: 'ObjectCreated:Put' }],
      ignored: [],
      refused: [],
    });
  });

  it.each([
    ['2026-11-21T04:50:18.454080Z', '2026-11-21T04:50:18.454Z'],
    ['2016-10-12T06:51:33-07:00', '2016-10-12T13:51:33.000Z'],
    ['2026-11-21T04:34:45.166110', undefined],
    ['2016–09–08T22:34:38.226Z', undefined],
    ['2026-13-41T00:00:00Z', undefined],
    ['yesterday', undefined],
    [1795236618, undefined],
  ])('give a time only where it is certain: %s', (eventTime, expected) => {
    const decoded = decodeMessage(s3Body(s3Record('k', { eventTime })));
    expect(decoded.kind === 'events' && decoded.events[0]?.time?.toISOString()).toBe(expected);
  });
});

describe('several records in a message', () => {
  it('of several buckets become events in their order', () => {
    const inBucket = (name: string, key: string) => s3Record('', { s3: { bucket: { name }, object: { key } } });
    expect(decodeMessage(s3Body(inBucket('one', 'b'), inBucket('two', 'a'), inBucket('one', 'b')))).toMatchObject({
      events: [
        { bucket: 'one', key: 'b' },
        { bucket: 'two', key: 'a' },
        { bucket: 'one', key: 'b' },
      ],
    });
  });

  it('are all kept when some are strange: the good ones as events, the others with their reasons', () => {
    const body = s3Body(
      s3Record('first'),
      s3Record('%'),
      null,
      s3Record('k', { eventName: 'ObjectAcl:Put' }),
      s3Record('k', { s3: {} }),
      s3Record('k', { s3: { bucket: { name: 'state' } } }),
      s3Record('last'),
    );
    expect(decodeMessage(body)).toEqual({
      kind: 'events',
      events: ['first', 'last'].map((key) => ({ bucket: 'state', key, change: 'created', cause: 'ObjectCreated:Put' })),
      ignored: ['Records[3]: "ObjectAcl:Put" changes no content'],
      refused: [
        'Records[1]: the key "%" is not percent-encoded UTF-8',
        'Records[2]: eventSource is missing, expected one of aws:s3, minio:s3, ceph:s3',
        'Records[4]: "ObjectCreated:Put" names no bucket',
        'Records[5]: "ObjectCreated:Put" names no key',
      ],
    });
  });

  it('are refused together when none is good and one is strange', () => {
    expect(
      reasonOf(decodeMessage(s3Body(s3Record('k', { eventName: 'ObjectAcl:Put' }), s3Record('%'))), 'refused'),
    ).toBe('Records[1]: the key "%" is not percent-encoded UTF-8');
  });

  it('are ignored when there is none', () => {
    expect(reasonOf(decodeMessage('{"Records":[]}'), 'ignored')).toBe('the message holds no record');
  });

  it('give a reason that stays short', () => {
    expect(summarize(['a', 'b', 'c'])).toBe('a; b; c');
    expect(summarize(['a', 'b', 'c', 'd', 'e'])).toBe('a; b; c; and 2 more');
  });
});

describe('SNS', () => {
  it('wraps a bucket notification, an EventBridge event and a test event', () => {
    expect(keysOf(snsBody(s3Body(s3Record('a+b'))))).toEqual(['a b']);
    expect(keysOf(snsBody(eventBridgeBody('a+b')))).toEqual(['a+b']);
    expect(decodeMessage(snsBody('{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}')).kind).toBe('ignored');
  });

  it.each(['SubscriptionConfirmation', 'UnsubscribeConfirmation'])('is refused with what to do: %s', (Type) => {
    expect(reasonOf(decodeMessage(snsBody('{}', { Type })), 'refused')).toContain('a subscription is confirmed at SNS');
  });

  it('is refused inside SNS', () => {
    expect(decodeMessage(snsBody(snsBody(s3Body(s3Record('k'))))).kind).toBe('refused');
  });

  it('is refused without a Message', () => {
    expect(reasonOf(decodeMessage(snsBody('', { Message: undefined })), 'refused')).toContain('no JSON');
  });
});

describe('anything else', () => {
  it.each([
    '',
    ' ',
    'hello',
    '{',
    'null',
    'true',
    '7',
    '"text"',
    '[]',
    '{}',
    '[{"Records":[]}]',
    '{"Records":{}}',
    '{"Records":null}',
    '{"Event":"s3:Other"}',
  ])('is refused: %s', (body) => {
    expect(decodeMessage(body).kind).toBe('refused');
  });

  it('is refused without quoting the message', () => {
    const secret = 'hunter2';
    for (const body of [
      secret,
      `{"token":"${secret}"`,
      `{"token":"${secret}"}`,
      `{"Records":[{"eventSource":{"token":"${secret}"}}]}`,
      snsBody(secret),
    ]) {
      expect(reasonOf(decodeMessage(body), 'refused')).not.toContain(secret);
    }
  });

  it('that is long or of several lines is quoted short and on one line', () => {
    const eventName = `ObjectTagging:\n${'x'.repeat(1_000_000)}`;
    for (const decoded of [
      decodeMessage(named(eventName)),
      decodeMessage(named(`?${eventName}`)),
      decodeMessage(s3Body(s3Record(`%\n${'x'.repeat(5_000)}`))),
    ]) {
      const reason = 'reason' in decoded ? decoded.reason : '';
      expect(reason).toMatch(/^Records\[0\]: [^\n]{20,200}$/);
    }
  });
});

describe('bounds', () => {
  it('reads 10,000 records in a body over 1 MiB', () => {
    const records = Array.from({ length: 10_000 }, (_, i) => s3Record(`cluster/instancegroup/nodes-${i}`));
    const body = s3Body(...records);
    expect(body.length).toBeGreaterThan(1024 * 1024);
    const decoded = decodeMessage(body);
    expect(decoded.kind === 'events' && decoded.events.length).toBe(10_000);
    expect(decoded).toMatchObject({ events: { 9999: { key: 'cluster/instancegroup/nodes-9999' } } });
  });

  it('sums up 10,000 strange records in a short reason', () => {
    const reason = reasonOf(decodeMessage(s3Body(...Array.from({ length: 10_000 }, () => s3Record('%')))), 'refused');
    expect(reason).toContain('Records[2]');
    expect(reason).toContain('and 9997 more');
    expect(reason.length).toBeLessThan(300);
  });

  it.each(['Records', 'statesync', 'Event', 'Type', 'detail-type', 'other'])(
    'survives nesting 100,000 deep in %s',
    (name) => {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      expect(decodeMessage(`{"${name}":${deep}}`).kind).toBe('refused');
      expect(decodeMessage(`{"Records":[{"eventSource":"aws:s3","eventName":${deep}}]}`).kind).toBe('refused');
      expect(decodeMessage(snsBody(deep)).kind).toBe('refused');
    },
  );

  it('sees nothing through __proto__ or constructor', () => {
    const records = s3Body(s3Record('k')).slice(1, -1);
    expect(decodeMessage(`{"__proto__":{${records}}}`).kind).toBe('refused');
    expect(decodeMessage(`{"constructor":{"prototype":{${records}}}}`).kind).toBe('refused');
    expect(decodeMessage(s3Body({ __proto__: null }, { ['__proto__']: s3Record('k') })).kind).toBe('refused');
    expect(field({}, 'toString')).toBeUndefined();
    expect(field([], 'at')).toBeUndefined();
  });
});
