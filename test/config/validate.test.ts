import { describe, expect, it } from '@jest/globals';
import { explainConfig } from '../../lib/config/explain.ts';
import { parseConfig } from '../../lib/config/parse.ts';
import { formatProblem } from '../../lib/config/problem.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';
import { loadResolved, writeResolved } from '../../lib/config/resolved.ts';

const parse = (validate: string, control = 'control: s3://acme-control\n') =>
  parseConfig(
    `version: 1
${control}${validate}
stores:
  prod: { url: s3://acme-kops-state }
  replica: { url: s3://acme-kops-replica }
routes:
  - { name: prod, from: prod, to: [{ store: replica }] }
`,
    'statesync.yaml',
  );

function problemsOf(validate: string, control?: string): readonly string[] {
  const parsed = parse(validate, control);
  return parsed.ok ? [] : parsed.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

function resolved(validate: string) {
  const parsed = parse(validate);
  if (!parsed.ok) {
    throw new Error(parsed.problems.map(formatProblem).join('\n'));
  }
  return resolveConfig(parsed.config);
}

const topic = 'arn:aws:sns:eu-west-1:111111111111:kops-findings';

describe('validate', () => {
  it('is off where it is not said, and has defaults where nothing more is', () => {
    expect(resolved('').validate).toBeUndefined();
    expect(resolved('validate: {}').validate).toEqual({ settle: 60, notify: [] });
  });

  it('names who is told', () => {
    const notify = [
      { sns: topic },
      { eventBridge: 'default' },
      { eventBridge: 'arn:aws:events:us-east-1:222222222222:event-bus/kops' },
      { webhook: { env: 'FINDINGS_WEBHOOK' } },
      { webhook: { file: '/run/secrets/hook' } },
    ];
    const config = resolved(`validate: { settle: 120, notify: ${JSON.stringify(notify)} }`);
    expect(config.validate).toEqual({ settle: 120, notify });
    expect(loadResolved(writeResolved(config))).toEqual(config);
  });

  it('is explained as it was written, with what is a default', () => {
    const parsed = parse(`validate: { notify: [{ sns: "${topic}" }] }`);
    const values = parsed.ok ? explainConfig(parsed).values : [];
    expect(values).toContainEqual({ pointer: '/validate/settle', value: 60, origin: { kind: 'default' } });
    expect(values.find(({ pointer }) => pointer === '/validate/notify/0/sns')).toMatchObject({
      value: topic,
      origin: { kind: 'file', line: 3 },
    });
  });

  it('needs a control store', () => {
    expect(problemsOf('validate: {}', '')).toEqual([
      '2:1: "validate" needs a control store, where the findings are kept; add one, for example control: s3://acme-statesync-control',
    ]);
    expect(problemsOf('validate: {}', 'control: nowhere\n')).toEqual([
      expect.stringContaining('there is no store "nowhere"'),
    ]);
  });

  it.each([
    ['{ settle: 5 }', '"settle" is the number 5; expected a whole number from 10 to 300'],
    ['{ settle: 301 }', '"settle" is the number 301; expected a whole number from 10 to 300'],
    ['{ setle: 60 }', 'unknown field "setle"; did you mean "settle"?'],
    ['{ notify: [] }', '"notify" is an empty list; give it at least one entry'],
    ['{ notify: [{}] }', 'entry 1 of "notify" names nobody to tell; expected sns, eventBridge or webhook'],
    [
      '{ notify: [{ sns: kops }] }',
      '"sns" is no ARN of a standard topic; write it like arn:aws:sns:eu-west-1:111111111111:kops-findings (a FIFO topic will not do)',
    ],
    [`{ notify: [{ sns: "${topic}.fifo" }] }`, '"sns" is no ARN of a standard topic'],
    ['{ notify: [{ eventBridge: "a bus" }] }', '"eventBridge" is neither the name nor the ARN of an event bus'],
    [
      `{ notify: [{ sns: "${topic}", webhook: { env: A } }] }`,
      '"webhook" does not go together with "sns"; keep one of them',
    ],
    ['', '"validate" is empty; expected a mapping such as { settle: 60 }'],
  ])('is refused as %s, with the place', (validate, message) => {
    expect(problemsOf(`validate: ${validate}`)).toEqual([expect.stringMatching(/^3:\d+: /)]);
    expect(problemsOf(`validate: ${validate}`)[0]).toContain(message);
  });

  it.each([
    'webhook: https://chat.example.com/hooks/T0/B0/hunter2Secret',
    'webhook: { url: https://chat.example.com/hooks/T0/B0/hunter2Secret }',
    'webhook: { env: https://chat.example.com/hooks/T0/B0/hunter2Secret }',
    'webhook: [https://chat.example.com/hooks/T0/B0/hunter2Secret]',
    'webhook: { https://chat.example.com/hooks/T0/B0/hunter2Secret: }',
  ])('shows no URL of a webhook that was written out: %s', (webhook) => {
    const parsed = parse(`validate:\n  notify:\n    - ${webhook}`);
    const said = parsed.ok
      ? ''
      : parsed.problems.map((one) => `${formatProblem(one)} ${JSON.stringify(one)}`).join('\n');
    expect(said).toContain('webhook');
    expect(said).not.toContain('hunter2Secret');
  });
});
