import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../lib/validation/finding.ts';
import { mendText } from '../../lib/validation/fix/text.ts';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';
import { caseFolders, casesOf } from './rule-cases.ts';

const cases = caseFolders.flatMap((folder) =>
  casesOf(folder).map(({ name, text }) => ({ name: `${folder}/${name}`, text })),
);

const offering: readonly string[] = [
  ...['API-SERVER-FIELDS', 'CALICO-FIELDS', 'CILIUM-VERSION', 'CLUSTER-NETWORKS', 'CONTAINER-RUNTIME'],
  ...['CONTROL-PLANE-FIELDS-REMOVED', 'DNS-TOPOLOGY', 'ETCD-CLUSTERS', 'FIELD-TYPE', 'GOSSIP-REMOVED', 'IAM-LEGACY'],
  ...['INSTANCE-GROUP-ROLLING-UPDATE', 'KUBELET-FIELDS-REMOVED', 'NODE-AUTHORIZATION', 'SUBNET-LIST'],
];

const judged = new Map<string, readonly Finding[]>();

function findingsOf(text: string): readonly Finding[] {
  const findings = judged.get(text) ?? validateManifests([{ file: 'x', text }]).findings;
  judged.set(text, findings);
  return findings;
}

const keyOf = ({ document, rule, pointer, message }: Finding): string => `${document} ${rule} ${pointer} ${message}`;

describe('the fixes that rules offer in their own cases', () => {
  const withFixes = cases.filter(({ text }) => findingsOf(text).some(({ fix }) => fix !== undefined));

  it('are offered by every rule that has one', () => {
    const offered = withFixes.flatMap(({ text }) =>
      findingsOf(text).flatMap(({ rule, fix }) => (fix === undefined ? [] : rule)),
    );
    expect(offering.filter((rule) => !offered.includes(rule))).toEqual([]);
  });

  it.each(withFixes.map((one) => [one.name, one.text]))(
    'mend what they are for in %s, and bring nothing new',
    (_name, text) => {
      const before = findingsOf(text);
      const { text: after, left } = mendText(text, before);
      expect(left).toEqual([]);
      const still = findingsOf(after);
      const mended = before.filter(({ fix }) => fix !== undefined).map(keyOf);
      expect(still.map(keyOf).filter((key) => mended.includes(key))).toEqual([]);
      // A value of the wrong type was no value to other rules; now they judge it.
      const mistyped = before
        .filter(({ rule }) => rule === 'FIELD-TYPE')
        .map(({ document, pointer }) => `${document} ${pointer}`);
      const known = before.map(({ document, rule, message }) => `${document} ${rule} ${message}`);
      const added = still.filter(
        ({ document, rule, message, pointer }) =>
          !(known.includes(`${document} ${rule} ${message}`) || mistyped.includes(`${document} ${pointer}`)),
      );
      expect(added.map(keyOf)).toEqual([]);
    },
  );
});
