import { describe, expect, it } from '@jest/globals';
import { readManifest } from '../../lib/validation/manifest/read-manifest.ts';
import { kopsObjectOf } from '../../lib/validation/objects.ts';
import { jsonPointer } from '../../lib/validation/pointer.ts';

const objectOf = (text: string) => kopsObjectOf(readManifest(text, 'x').documents[0]!)!;
const cluster = (spec: object, apiVersion = 'kops.k8s.io/v1alpha2') =>
  objectOf(JSON.stringify({ apiVersion, kind: 'Cluster', metadata: { name: 'a.b' }, spec }));

describe('the internal form of a v1alpha2 cluster', () => {
  it('has the names of the newer API, and knows the way back', () => {
    const { spec, ...object } = cluster({
      subnets: [{ name: 'a' }],
      configBase: 's3://x',
      masterKubelet: { logLevel: 1 },
    });
    expect(object).toBeDefined();
    expect(spec.at('networking', 'subnets', 0, 'name').text).toBe('a');
    expect(spec.at('configStore', 'base').text).toBe('s3://x');
    expect(spec.at('controlPlaneKubelet', 'logLevel').number).toBe(1);
    const back = (...path: readonly (string | number)[]) => jsonPointer(spec.object.filePath(['spec', ...path]));
    expect(back('networking', 'subnets', 0, 'name')).toBe('/spec/subnets/0/name');
    expect(back('networking', 'topology', 'dns')).toBe('/spec/topology/dns/type');
    expect(back('cloudProvider', 'aws', 'ebsCSIDriver', 'enabled')).toBe('/spec/cloudConfig/awsEBSCSIDriver/enabled');
    expect(back('cloudProvider', 'aws')).toBe('/spec/cloudProvider');
    expect(back('networking', 'cilium', 'masquerade')).toBe('/spec/networking/cilium/disableMasquerade');
    expect(back('kubeDNS', 'provider')).toBe('/spec/kubeDNS/provider');
  });

  it('turns what is said the other way round', () => {
    const { spec } = cluster({
      DisableSubnetTags: true,
      hooks: [{ disabled: true, roles: ['Master', 'Node'] }],
      networking: { cilium: { disableMasquerade: false } },
      externalDns: { disable: true },
      additionalPolicies: { master: 'x' },
      kubeAPIServer: { oidcGroupsClaim: 'a,b' },
    });
    expect(spec.at('networking', 'tagSubnets').flag).toBe(false);
    expect(spec.at('hooks', 0, 'enabled').flag).toBe(false);
    expect(spec.at('hooks', 0, 'roles').texts).toEqual(['ControlPlane', 'Node']);
    expect(spec.at('networking', 'cilium', 'masquerade').flag).toBe(true);
    expect(spec.at('externalDNS', 'provider').text).toBe('none');
    expect(spec.at('additionalPolicies', { key: 'control-plane' }).text).toBe('x');
    expect(spec.at('authentication', 'oidc', 'groupsClaims').texts).toEqual(['a', 'b']);
  });

  it('has the defaults that kOps fills in', () => {
    const { spec } = cluster({ cloudProvider: 'digitalocean', networking: { flannel: {} }, authorization: {} });
    expect(spec.at('networking', 'topology', 'dns').text).toBe('Public');
    expect(spec.at('networking', 'flannel', 'backend').text).toBe('udp');
    expect(spec.at('authorization', 'rbac').present).toBe(true);
    expect(spec.at('api').present).toBe(true);
    expect(spec.at('cloudProvider', 'do').present).toBe(true);
    expect(cluster({ cloudProvider: 'openstack' }).spec.at('api').present).toBe(false);
    expect(cluster({ authorization: { alwaysAllow: {} } }).spec.at('authorization', 'rbac').present).toBe(false);
  });

  it('takes v1alpha3 as it is', () => {
    const { spec } = cluster({ networking: { subnets: [{ name: 'a' }] } }, 'kops.k8s.io/v1alpha3');
    expect(jsonPointer(spec.object.filePath(['spec', 'networking', 'subnets', 0]))).toBe('/spec/networking/subnets/0');
  });
});
