import { didYouMean, nearest } from '../../config/nearest.ts';
import type { Finding } from '../finding.ts';
import { jsonPointer } from '../pointer.ts';
import type { RuleText } from '../rule.ts';
import type { ManifestDocument } from './document.ts';

/** Rules of what a document says that it is. */
const unknownObject: RuleText = {
  id: 'OBJECT-UNKNOWN',
  severity: 'error',
  title: 'A document of kOps names a version and a kind that kOps has.',
  explanation:
    'kOps refuses the whole manifest; a document whose group is not `kops.k8s.io` it takes for an additional object of the cluster, whatever its kind. The version that it stores is `kops.k8s.io/v1alpha2`; the kinds that manifests hold are Cluster, InstanceGroup, Keyset and SSHCredential.',
};

const newerVersion: RuleText = {
  id: 'OBJECT-V1ALPHA3',
  severity: 'info',
  title: 'An object is written in v1alpha2, of which every field is checked.',
  explanation:
    'kOps reads v1alpha3 too, which still changes. Its rules are checked; whether each field is known and of the right type is checked for v1alpha2 only, which `kops get -o yaml` writes.',
};

export const objectRules: readonly RuleText[] = [unknownObject, newerVersion];

const versions: readonly string[] = ['kops.k8s.io/v1alpha2', 'kops/v1alpha2', 'kops.k8s.io/v1alpha3'];
const kinds: readonly string[] = ['Cluster', 'InstanceGroup', 'Keyset', 'SSHCredential'];
/** Of kOps too, and not validated. */
const others: readonly string[] = ['Host', ...kinds.map((kind) => `${kind}List`)];

/** What is wrong, or worth knowing, of the version and the kind of one object; nothing where it is not of kOps. */
export function objectFindings(document: ManifestDocument): readonly Finding[] {
  const { apiVersion, kind } = (document.value ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (typeof kind !== 'string' || !isMeant(apiVersion, kind)) {
    return [];
  }
  if (typeof apiVersion !== 'string') {
    return [found(document, unknownObject, 'apiVersion', `${kind} without an apiVersion; expected ${versions[0]}`)];
  }
  if (!versions.includes(apiVersion)) {
    const hint = didYouMean(apiVersion, versions) || `; expected ${versions[0]}`;
    return [found(document, unknownObject, 'apiVersion', `kOps has no version ${JSON.stringify(apiVersion)}${hint}`)];
  }
  if (![...kinds, ...others].includes(kind)) {
    const hint = didYouMean(kind, kinds) || `; expected one of ${kinds.join(', ')}`;
    const finding = found(document, unknownObject, 'kind', `kOps has no kind ${JSON.stringify(kind)}${hint}`);
    const meant = nearest(kind, kinds);
    const isCertain = meant !== undefined && meant.toLowerCase() === kind.toLowerCase();
    return [isCertain ? { ...finding, fix: { pointer: finding.pointer, value: meant } } : finding];
  }
  const message = 'of v1alpha3 the rules are checked, and not whether kOps knows each field; write v1alpha2 for that';
  return apiVersion.endsWith('/v1alpha3') && kinds.includes(kind)
    ? [found(document, newerVersion, 'apiVersion', message)]
    : [];
}

/**
 * Whether a document is kOps's by its group, or means to be: a kind of kOps's whose group is nearly that of kOps, or is missing. A
 * Cluster of another group, as Cluster API and others have, is none.
 */
function isMeant(apiVersion: unknown, kind: string): boolean {
  if (typeof apiVersion !== 'string') {
    return apiVersion === undefined && kinds.includes(kind);
  }
  const [group = '', version] = apiVersion.toLowerCase().split('/', 2);
  if (/^kops(?:\.k8s\.io)?\//.test(apiVersion)) {
    return true;
  }
  const isNear = group.includes('kops') || nearest(group, ['kops.k8s.io', 'kops']) !== undefined;
  return kinds.includes(kind) && (isNear || (version === undefined && /^v\d/.test(group)));
}

function found(document: ManifestDocument, rule: RuleText, field: string, message: string): Finding {
  const path = [...document.within, field];
  return {
    rule: rule.id,
    severity: rule.severity,
    message,
    file: document.file,
    document: document.index,
    pointer: jsonPointer(path),
    range: document.rangeOf(path),
  };
}
