import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

const corpus = process.env['STATESYNC_CORPUS'];

const noRegion = 'SUBNET-REGIONS spec.networking.subnets[0].region: Required value: region must be specified';

/** Errors that kOps itself would report too, by file: its tests convert these manifests, and never validate them. */
const kopsRefuses: Readonly<Record<string, readonly string[]>> = {
  // Its test writes the manifest down, and applies nothing.
  'create_cluster--apiserver-gce.expected-v1alpha2.yaml': [
    'DNS-TOPOLOGY spec.networking.topology.dns: Forbidden: gossip DNS support was removed in kOps 1.37; migrate the cluster to dns=none or a hosted DNS zone using kOps 1.36 before upgrading (see https://kops.sigs.k8s.io/gossip/)', // validateCloudDNSTopology
  ],
  'conversion--aws.v1alpha3.yaml': [
    'HOOK-FIELDS spec.hooks[1]: Required value: you must set either manifest or execContainer for a hook', // validateHookSpec
    'HOOK-FIELDS spec.hooks[2]: Required value: you must set either manifest or execContainer for a hook', // validateHookSpec
  ],
  'conversion--azure.v1alpha3.yaml': [noRegion], // validateSubnets
  'conversion--do.v1alpha3.yaml': [noRegion], // validateSubnets
  'conversion--gce.v1alpha3.yaml': [
    "CLUSTER-NETWORKS spec.networking.networkCIDR: Forbidden: gce doesn't support networkCIDR", // validateNetworking
    'SUBNET-LIST spec.networking.subnets[0].zone: Invalid value: "us-test-1a": zones should not be specified for GCE subnets, as GCE subnets are regional', // gceValidateCluster
    noRegion,
    'INSTANCE-GROUP-ZONES spec.zones: Required value: zones should be specified', // gceValidateInstanceGroup
    'INSTANCE-GROUP-ZONES spec.zones: Required value: zones should be specified',
  ],
};

function errorsOf(file: string): readonly string[] {
  const { findings } = validateManifests([{ file, text: readFileSync(file, 'utf8') }]);
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, message }) => `${rule} ${message}`)
    .sort();
}

const manifests = corpus === undefined ? [] : readdirSync(join(corpus, 'manifests'));

describe('manifests that kOps accepts', () => {
  if (corpus === undefined) {
    it('are not read: STATESYNC_CORPUS names no folder', () => {
      expect(manifests).toEqual([]);
    });
  }
  for (const name of manifests) {
    it(`${name} gives no error`, () => {
      expect(errorsOf(join(corpus ?? '', 'manifests', name))).toEqual([...(kopsRefuses[name] ?? [])].sort());
    });
  }
});
