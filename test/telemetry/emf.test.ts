import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { metricsOf } from '../../functions/aws/log-judgement.ts';
import type { FindingsRecord } from '../../lib/findings/record.ts';
import { metricLine } from '../../lib/telemetry/emf.ts';

/**
 * What the specification asks of a document, as it is worded there:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const specification = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      properties: {
        Timestamp: { type: 'integer', minimum: 0 },
        CloudWatchMetrics: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            additionalProperties: false,
            properties: {
              Namespace: { type: 'string', minLength: 1, maxLength: 1024 },
              Dimensions: {
                type: 'array',
                minItems: 1,
                items: { type: 'array', maxItems: 30, items: { type: 'string', minLength: 1, maxLength: 250 } },
              },
              Metrics: {
                type: 'array',
                minItems: 1,
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  additionalProperties: false,
                  properties: {
                    Name: { type: 'string', minLength: 1, maxLength: 1024 },
                    Unit: { enum: ['Seconds', 'Bytes', 'Percent', 'Count', 'Count/Second', 'None'] },
                    StorageResolution: { enum: [1, 60] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

interface Document {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

/** Throws what the specification has against a line; else gives the document. */
function checked(line: string): Document {
  expect(line).not.toContain('\n');
  const document = JSON.parse(line) as Document;
  const validate = new Ajv({ strict: false }).compile(specification);
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  for (const { Dimensions, Metrics } of document._aws.CloudWatchMetrics) {
    for (const name of Dimensions.flat()) {
      expect(document[name]).toEqual(expect.stringMatching(/^(?=.*\S)[\u0020-\u007e]{1,250}$/));
    }
    for (const { Name } of Metrics) {
      expect(document[Name]).toEqual(expect.any(Number));
    }
  }
  return document;
}

const record: FindingsRecord = {
  version: 1,
  store: 's3://state',
  cluster: 'prod.example.com',
  state: 'complete',
  judgedAt: '2026-03-01T12:00:00.000Z',
  fingerprint: 'f',
  counts: { error: 2, warning: 1, info: 5, waived: 0 },
  findings: [],
  invalidSince: '2026-03-01T11:50:00.000Z',
};

describe('a line of metrics', () => {
  it('is as the specification wants it, for a cluster and for its store', () => {
    const now = Date.parse('2026-03-01T12:00:30Z');
    const document = checked(metricsOf(record, { store: 'prod', now }));
    expect(document).toEqual({
      _aws: {
        Timestamp: now,
        CloudWatchMetrics: [
          {
            Namespace: 'kops-statesync',
            Dimensions: [['Store', 'Cluster'], ['Store']],
            Metrics: [
              { Name: 'Errors', Unit: 'Count' },
              { Name: 'Warnings', Unit: 'Count' },
              { Name: 'HeldSeconds', Unit: 'Seconds' },
            ],
          },
        ],
      },
      Store: 'prod',
      Cluster: 'prod.example.com',
      Errors: 2,
      Warnings: 1,
      HeldSeconds: 630,
    });
  });

  it('says 0 while the configuration is valid, so that an alarm ends', () => {
    const { invalidSince: _, ...valid } = record;
    expect(checked(metricsOf(valid, { store: 'prod', now: 0 }))['HeldSeconds']).toBe(0);
  });

  it.each(['', '   ', 'ä\u0000b', 'x'.repeat(2_000)])('has dimensions that CloudWatch takes, even of %j', (Cluster) => {
    const metrics = { Errors: { value: 0, unit: 'Count' } } as const;
    checked(metricLine({ namespace: 'n', dimensionSets: [['Cluster']], dimensions: { Cluster }, metrics, at: 0 }));
  });
});
