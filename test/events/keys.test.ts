import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from '../../lib/events/decode.ts';
import { keysOf, reasonOf } from './answers.ts';
import { eventBridgeBody, s3Body, s3Record } from './senders.ts';

describe('keys of a bucket notification', () => {
  it.each([
    ['red+flower.jpg', 'red flower.jpg', 'a plus is a space'],
    ['red%20flower.jpg', 'red flower.jpg', 'so is %20'],
    ['c%2B%2B/a.txt', 'c++/a.txt', '%2B is a plus'],
    ['a%252Bb', 'a%2Bb', 'what looks encoded after decoding stays'],
    [
      'main/2026-11-21T04%3A30%3A00Z-000001/_etcd_backup.meta',
      'main/2026-11-21T04:30:00Z-000001/_etcd_backup.meta',
      '%3A is a colon',
    ],
    ['a%2Fb/c', 'a/b/c', 'a slash may be encoded or not'],
    ['%C3%BC%F0%9F%98%80', 'ü😀', 'bytes are UTF-8'],
    ['%c3%bc', 'ü', 'hex digits are of either case'],
    ['ü', 'ü', 'what is not escaped is itself'],
    ['folder/', 'folder/', 'a folder of the console is an event like any other'],
  ])('reads %s as %s: %s', (written, key) => {
    expect(keysOf(s3Body(s3Record(written)))).toEqual([key]);
  });

  it.each([
    ['100%', 'a percent sign with nothing behind it'],
    ['%zz', 'a percent sign without hex digits'],
    ['%2', 'half of a percent sequence'],
    ['%FF', 'a byte that is no UTF-8'],
    ['%C3', 'half of a character'],
    ['%C0%AF', 'a slash in more bytes than it needs'],
    ['%ED%A0%80', 'half of a surrogate pair, as bytes'],
    ['\ud800', 'half of a surrogate pair, as text'],
  ])('refuses %j: %s', (written) => {
    expect(reasonOf(decodeMessage(s3Body(s3Record(written))), 'refused')).toContain(JSON.stringify(written));
  });

  it('are not encoded by Ceph, so %20 and + stand for themselves', () => {
    expect(keysOf(s3Body(s3Record('a+b%20c%.txt', { eventSource: 'ceph:s3' })))).toEqual(['a+b%20c%.txt']);
  });

  it('are encoded by MinIO', () => {
    expect(keysOf(s3Body(s3Record('a%2Fb+c%2B', { eventSource: 'minio:s3' })))).toEqual(['a/b c+']);
  });

  it('are refused from a sender whose encoding is unknown', () => {
    expect(reasonOf(decodeMessage(s3Body(s3Record('k', { eventSource: 'other:s3' }))), 'refused')).toBe(
      'Records[0]: eventSource is "other:s3", expected one of aws:s3, minio:s3, ceph:s3',
    );
  });

  it('are refused in a version that may write them in another way', () => {
    expect(reasonOf(decodeMessage(s3Body(s3Record('k', { eventVersion: '3.0' }))), 'refused')).toBe(
      'Records[0]: eventVersion is "3.0", expected 2.x',
    );
    expect(keysOf(s3Body(s3Record('k', { eventVersion: '2.5' })))).toEqual(['k']);
    expect(keysOf(s3Body(s3Record('k', { eventVersion: undefined })))).toEqual(['k']);
  });
});

describe('keys of EventBridge', () => {
  it.each(['a+b c', '100%', 'a%20b', '%2B', 'main/2026-11-21T04:30:00Z-000001/etcd.backup.gz', 'ü😀'])(
    'are not encoded: %s',
    (key) => {
      expect(keysOf(eventBridgeBody(key))).toEqual([key]);
    },
  );

  it('are refused where they are no Unicode', () => {
    expect(reasonOf(decodeMessage(eventBridgeBody('\udc00')), 'refused')).toContain('not valid Unicode');
  });

  it('are refused in a version that may write them in another way', () => {
    const detail = (version: string) => ({ 'event-version': version, bucket: { name: 'state' }, object: { key: 'k' } });
    expect(reasonOf(decodeMessage(eventBridgeBody('', { detail: detail('2.0') })), 'refused')).toBe(
      'event-version is "2.0", expected 1.x',
    );
    expect(keysOf(eventBridgeBody('', { detail: detail('1.1') }))).toEqual(['k']);
  });
});
