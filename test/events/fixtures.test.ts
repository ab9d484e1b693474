import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from '../../lib/events/decode.ts';
import { eventFixtures } from './fixtures.ts';

describe('messages of real senders', () => {
  it.each(eventFixtures)('decodes $name', ({ body, expected }) => {
    expect(JSON.parse(JSON.stringify(decodeMessage(body)))).toEqual(expected);
  });

  it.each(eventFixtures)('says where $name comes from', ({ source }) => {
    expect(source).toMatch(/^(?:https:\/\/|Captured from )/);
  });

  it('has messages of every sender', () => {
    expect(new Set(eventFixtures.map(({ name }) => name.split('/')[0]))).toEqual(
      new Set(['aws-s3', 'ceph', 'event-bridge', 'minio', 'moto', 'sns']),
    );
  });
});
