import { isMapping } from '../../../kops/yaml-documents.ts';
import { readManifest, type SyntaxProblem } from '../../manifest/read-manifest.ts';
import type { StoreProblem, StoreRule } from '../../rule.ts';
import { additionalObjectsKey, versionKey } from '../rule-inputs.ts';

/** kOps: `LoadObjectsFrom` (pkg/kubemanifest/manifest.go). Its parser lets a field stand twice. */
const additionalObjects: StoreRule = {
  id: 'ADDITIONAL-OBJECTS-UNREADABLE',
  on: 'store',
  severity: 'error',
  title: 'The additional objects of a cluster can be read.',
  explanation:
    '`clusteraddons/default` holds the objects that kOps applies beside its own add-ons, as YAML documents of which each is a mapping. `kops update cluster` and `kops get all` stop at one that is anything else, with `error parsing yaml`. Put its last version back, or replace the file with `kops replace -f`. Nothing of it is shown: there may be a Secret in it.',
  *check({ texts }) {
    const text = texts.get(additionalObjectsKey);
    const problem = text === undefined ? undefined : firstProblem(text);
    if (problem !== undefined) {
      yield { key: additionalObjectsKey, ...problem };
    }
  },
};

function firstProblem(text: string): Omit<StoreProblem, 'key'> | undefined {
  const { documents, problems } = readManifest(text, additionalObjectsKey);
  const [broken] = problems.filter(({ kind }: SyntaxProblem) => kind === 'yaml');
  if (broken !== undefined) {
    return { detail: `kOps cannot read the additional objects: ${broken.message}`, range: broken.range };
  }
  const other = documents.find(({ value }) => !isMapping(value));
  return other && { detail: 'a document of the additional objects is no mapping', range: other.rangeOf([]) };
}

/** A version by https://semver.org, without a `v`, as kOps reads it here. */
const semver = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** kOps: `ApplyClusterCmd.Run` (upup/pkg/fi/cloudup/apply_cluster.go), which goes on with `--allow-kops-downgrade`. */
const version: StoreRule = {
  id: 'KOPS-VERSION-UNREADABLE',
  on: 'store',
  severity: 'warning',
  title: 'The file that names the last kOps holds a version.',
  explanation:
    '`kops update cluster` writes its version to `kops-version.txt`, and refuses where a later kOps has been there; at anything but a version it stops with `error parsing last kops version updated`. Without it nobody knows by which kOps the cluster is to be judged either. Put its last version back, or let the kOps that you know to be right write it again: `kops update cluster --yes --allow-kops-downgrade`.',
  *check({ texts }) {
    const text = texts.get(versionKey);
    if (text !== undefined && !semver.test(text.trim())) {
      yield {
        key: versionKey,
        detail: 'this is no version of kOps, like 1.34.0: kops update cluster stops at it; put its last version back',
      };
    }
  },
};

export const ownFileRules: readonly StoreRule[] = [additionalObjects, version];
