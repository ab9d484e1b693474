import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kubernetesMarks, swiftMarks } from '../../lib/config/place-marks.ts';
import { signInOf } from '../../lib/vfs/swift/auth-fields.ts';
import { environmentFields } from '../../lib/vfs/swift/environment-fields.ts';

const variables = {
  OS_AUTH_URL: 'https://keystone.example.com/v3',
  OS_USERID: 'u1',
  OS_USER_ID: 'u2',
  OS_USERNAME: 'operator',
  OS_PASSWORD: 'not-a-secret',
  OS_PASSCODE: '123456',
  OS_PROJECT_ID: 'p1',
  OS_TENANT_ID: 'p2',
  OS_PROJECT_NAME: 'kops',
  OS_TENANT_NAME: 'kops',
  OS_USER_DOMAIN_ID: 'default',
  OS_PROJECT_DOMAIN_NAME: 'Default',
  OS_DOMAIN_ID: 'default',
  OS_APPLICATION_CREDENTIAL_ID: 'a1',
  OS_APPLICATION_CREDENTIAL_NAME: 'statesync',
  OS_APPLICATION_CREDENTIAL_SECRET: 'not-a-secret',
  OS_AUTH_TYPE: 'v3applicationcredential',
  OS_SYSTEM_SCOPE: 'all',
} as const;
const names = Object.keys(variables) as (keyof typeof variables)[];

describe('the marks of a container of Swift', () => {
  it('are those of OS_CLOUD just where the variables do not say enough to sign in with', () => {
    fc.assert(
      fc.property(fc.subarray(names), (given) => {
        const environment = Object.fromEntries(given.map((name) => [name, variables[name]]));
        const { cloud } = swiftMarks({}, { ...environment, OS_CLOUD: 'acme' });
        const isEnough = !('missing' in signInOf(environmentFields(environment)));
        expect({ given, cloud }).toEqual({ given, cloud: isEnough ? undefined : 'acme' });
      }),
      { numRuns: 1000 },
    );
  });

  it('are unknown where the file that kOps reads says who signs in', () => {
    expect(swiftMarks({}, { OS_AUTH_URL: variables.OS_AUTH_URL, OS_PROJECT_ID: 'p1' })).toEqual({});
  });

  it('have no region of the environment where the entry of a cloud may have one', () => {
    const environment = { OS_REGION_NAME: "'RegionOne'" };
    expect(swiftMarks({ credentials: { cloud: 'acme' } }, environment)).toEqual({ cloud: 'acme' });
    expect(swiftMarks({}, environment)).toEqual({ region: 'RegionOne' });
    expect(swiftMarks({ credentials: { cloud: 'acme' }, region: 'A' }, environment)).toEqual({
      cloud: 'acme',
      region: 'A',
    });
  });
});

it('the marks of a namespace of Kubernetes are the names by which it is reached', () => {
  expect(kubernetesMarks('prod/state', {}, { KUBECONFIG: '/k' })).toEqual({
    context: 'prod',
    namespace: 'state',
    kubeconfig: '/k',
  });
});
