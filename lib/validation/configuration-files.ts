import { type Finding, wholeFile } from './finding.ts';
import type { Kind } from './kops-object.ts';
import { readManifest } from './manifest/read-manifest.ts';
import { kopsObjectOf } from './objects.ts';
import type { RuleText } from './rule.ts';
import type { ManifestFile } from './validate-manifests.ts';

/** A rule of the files in which a state store keeps what users wrote, whatever stands in them. */
export const configurationFile: RuleText = {
  id: 'CONFIGURATION-FILE',
  severity: 'error',
  title: 'The `config` of a cluster holds the Cluster, and each file of `instancegroup/` an InstanceGroup.',
  explanation:
    'kOps takes every directory with a `config` for a cluster, and every file of `instancegroup/` for an instance group of it. Where one is empty or holds something else, kOps can neither read nor change the cluster: put its last version back, from the bucket or from a replica.',
};

/** What is wrong with files of which each must hold an object of its kind; none for those that cannot be read, of which validation says why. */
export function configurationFileFindings(files: readonly ManifestFile[], kind: Kind): readonly Finding[] {
  return files
    .filter(({ file, text }) => {
      const { documents, problems } = readManifest(text, file);
      const [first] = documents; // kOps reads no further.
      return problems.length === 0 && !(first?.within.length === 0 && kopsObjectOf(first)?.kind === kind);
    })
    .map(({ file }) => ({
      rule: configurationFile.id,
      severity: configurationFile.severity,
      message: `its first document is no ${kind} of kops.k8s.io, which kOps expects there`,
      file,
      document: 0,
      pointer: '',
      range: wholeFile,
    }));
}
