import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRecipients } from '../../../functions/aws/recipients.ts';
import type { NotifyTarget } from '../../../lib/config/resolved.ts';
import type { ChangeRecord } from '../../../lib/findings/record.ts';
import { type Said, startListener } from '../../loopback/aws/notified.ts';

const { signal } = new AbortController();
const topic = 'arn:aws:sns:eu-central-1:111111111111:kops-findings';

const change: ChangeRecord = {
  version: 1,
  store: 's3://acme-kops-state',
  cluster: 'prod.example.com',
  state: 'complete',
  judgedAt: '2026-03-01T12:00:00.000Z',
  fingerprint: 'f',
  counts: { error: 1, warning: 0, info: 0, waived: 0 },
  new: [{ rule: 'A-RULE', severity: 'error', message: 'ä is wrong', key: 'k', pointer: '/spec', line: 4 }],
  gone: [],
};

let listener: Awaited<ReturnType<typeof startListener>>;
let said: Said | 'hang up';
beforeEach(async () => {
  listener = await startListener(() => said);
});
afterEach(() => listener.close());

function only(target: NotifyTarget, environment: Readonly<Record<string, string>> = {}) {
  const [recipient, ...others] = createRecipients([target, target], { region: 'eu-west-1', environment });
  expect(others).toEqual([]);
  if (recipient === undefined) {
    throw new Error('there is no recipient');
  }
  return recipient;
}

describe('services of AWS', () => {
  const kept = { ...process.env };
  beforeAll(() => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'hunter2' });
  });
  beforeEach(() => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_SNS: listener.endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: listener.endpoint,
    });
  });
  afterAll(() => {
    for (const name of [
      'AWS_ENDPOINT_URL_SNS',
      'AWS_ENDPOINT_URL_EVENTBRIDGE',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
    ]) {
      const value = kept[name];
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
  });

  it('a topic gets the change as JSON, with a subject for mails and attributes for filters, in its own region', async () => {
    said = {
      status: 200,
      body: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
      headers: { 'content-type': 'text/xml' },
    };
    await only({ sns: topic }).tell(change, signal);
    const [request] = listener.heard;
    const fields = new URLSearchParams(request?.body);
    expect(Object.fromEntries(fields)).toMatchObject({
      Action: 'Publish',
      TopicArn: topic,
      Subject: 'prod.example.com: new findings: 1, gone: 0; now errors: 1, warnings: 0, remarks: 0',
      'MessageAttributes.entry.1.Name': 'cluster',
      'MessageAttributes.entry.1.Value.StringValue': 'prod.example.com',
      'MessageAttributes.entry.2.Name': 'severity',
      'MessageAttributes.entry.2.Value.StringValue': 'error',
    });
    expect(JSON.parse(fields.get('Message') ?? '')).toMatchObject({ kind: 'findings-changed', new: change.new });
    expect(request?.authorization).toContain('/eu-central-1/sns/');
  });

  it('a topic that refuses is an error', async () => {
    said = {
      status: 403,
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>no</Message></Error></ErrorResponse>',
      headers: { 'content-type': 'text/xml' },
    };
    await expect(only({ sns: topic }).tell(change, signal)).rejects.toMatchObject({
      name: expect.stringContaining('Authorization'),
    });
  });

  it.each([
    ['kops', 'eu-west-1'],
    ['arn:aws:events:us-east-1:222222222222:event-bus/kops', 'us-east-1'],
  ])('an event bus gets the change as an event: %s', async (bus, region) => {
    said = { status: 200, body: '{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}' };
    await only({ eventBridge: bus }).tell(change, signal);
    const [request] = listener.heard;
    const { Entries } = JSON.parse(request?.body ?? '{}') as { Entries: readonly Record<string, string>[] };
    expect(Entries).toEqual([
      expect.objectContaining({ EventBusName: bus, Source: 'kops-statesync', DetailType: 'Findings Changed' }),
    ]);
    expect(JSON.parse(Entries[0]?.['Detail'] ?? '')).toMatchObject({ kind: 'findings-changed', new: change.new });
    expect([request?.target, request?.authorization]).toEqual([
      'AWSEvents.PutEvents',
      expect.stringContaining(`/${region}/events/`),
    ]);
  });

  it('an event bus that takes the request and not the event is an error', async () => {
    said = {
      status: 200,
      body: '{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"x"}]}',
    };
    await expect(only({ eventBridge: 'kops' }).tell(change, signal)).rejects.toThrow(
      'EventBridge did not take the event: InternalFailure',
    );
  });
});

describe('a webhook', () => {
  const secret = 'hunter2Correct0Horse';
  const url = (path = secret) => `${listener.endpoint}/hooks/${path}`;
  const hook = { webhook: { env: 'HOOK' } };

  it('gets the change as JSON by POST, with a sentence that chats show', async () => {
    said = { status: 204, body: '' };
    await only(hook, { HOOK: url() }).tell(change, signal);
    expect(listener.heard).toEqual([
      expect.objectContaining({ method: 'POST', path: `/hooks/${secret}`, contentType: 'application/json' }),
    ]);
    expect(JSON.parse(listener.heard[0]?.body ?? '')).toMatchObject({
      kind: 'findings-changed',
      text: expect.stringContaining('prod.example.com: new findings: 1'),
    });
  });

  it('may stand in a file', async () => {
    said = { status: 200, body: 'ok' };
    const folder = mkdtempSync(join(tmpdir(), 'statesync-hook-'));
    const file = join(folder, 'hook');
    writeFileSync(file, `${url()}\n`);
    await only({ webhook: { file } }).tell(change, signal);
    rmSync(folder, { recursive: true });
    expect(listener.heard).toHaveLength(1);
  });

  it.each<[string, () => Said | 'hang up', string]>([
    ['an error', () => ({ status: 500, body: secret }), 'the webhook (env:HOOK) answered 500'],
    [
      'a redirect, which is not followed',
      () => ({ status: 302, body: '', headers: { location: '/elsewhere' } }),
      'the webhook (env:HOOK) was not reached: ',
    ],
    ['nothing', () => 'hang up', 'the webhook (env:HOOK) was not reached: '],
  ])('that answers %s is an error without its URL', async (_, answer, message) => {
    said = answer();
    const recipient = only(hook, { HOOK: url() });
    const error = await recipient.tell(change, signal).catch((thrown: Error) => thrown);
    expect(String(error)).toContain(message);
    expect(`${String(error)} ${recipient.id}`).not.toContain(secret);
    expect(listener.heard).toHaveLength(1);
  });

  it.each([
    [{}, 'the webhook (env:HOOK) has no URL: it is not set, or cannot be read'],
    [{ HOOK: `${secret} hooks` }, 'the webhook (env:HOOK) is no URL'],
    [{ HOOK: `ftp://${secret}.example.com/` }, 'the webhook (env:HOOK) is no URL'],
  ])('that has no URL is an error, and none of what stands in its place is told', async (environment, message) => {
    const error = await only(hook, environment)
      .tell(change, signal)
      .catch((thrown: Error) => thrown);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain(secret);
  });

  it('is let go of when the time of the function is over', async () => {
    said = { status: 200, body: '' };
    await expect(only(hook, { HOOK: url() }).tell(change, AbortSignal.abort())).rejects.toThrow('was not reached');
  });
});
