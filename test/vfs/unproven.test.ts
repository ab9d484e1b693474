import { describe, expect, it } from '@jest/globals';
import { isUnproven } from '../../lib/vfs/unproven.ts';

const endpoint = 'https://s3.example.com';

describe('what a store honours is known only from a probe', () => {
  it.each([
    [{ url: 's3://b' }, {}, false],
    [{ url: 's3://b' }, { S3_ENDPOINT: endpoint }, true],
    [{ url: 's3://b' }, { S3_ENDPOINT: '' }, false],
    [{ url: 's3://b' }, { S3_ENDPOINT: 'not/an endpoint' }, true],
    [{ url: 's3://b' }, { AWS_ENDPOINT_URL: endpoint }, false],
    [{ url: 's3://b', endpoint }, {}, true],
    [{ url: 's3://b', endpoint: 's3.eu-west-1.amazonaws.com' }, { S3_ENDPOINT: endpoint }, false],
    [{ url: 'do://b', endpoint }, {}, true],
    [{ url: 'oss://b' }, {}, true],
    [{ url: 'gs://b', endpoint }, {}, false],
    [{ url: 'file:///b' }, { S3_ENDPOINT: endpoint }, false],
    [{ url: 's3://b', endpoint, capabilities: {} }, {}, false],
    [{ url: 's3://b', endpoint, capabilities: { writeIfMatch: false } }, {}, false],
    [{ url: 's3://b', endpoint, capabilities: { maxKeyBytes: 512 } }, {}, true],
    [{ url: 'oss://b', capabilities: { writeIfAbsent: false } }, {}, false],
  ])('%j with %j: %s', (definition, environment, unproven) => {
    expect(isUnproven(definition, environment)).toBe(unproven);
  });
});
