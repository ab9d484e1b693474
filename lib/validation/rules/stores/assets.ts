import { type Cloud, cloudName, cloudOf } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** The one cloud whose machines can read a scheme, and what kOps calls it. */
const owners: ReadonlyMap<string, readonly [Cloud, string]> = new Map([
  ['gs', ['gce', 'GCE']],
  ['s3', ['aws', 'AWS']],
  ['azureblob', ['azure', 'Azure']],
]);

/** Regions whose endpoints do not end in `amazonaws.com`: those of China, and of the clouds of governments. */
const otherEndings = /^(cn|eusc|[a-z]{2}-iso[a-z]?)-/;

/** kOps: `validateClusterSpec` and `validateFileRepository` (pkg/apis/kops/validation/validation.go), `awsValidateS3FileRepositoryPartition` (aws.go). */
export const assets: ClusterRule = {
  id: 'ASSET-REPOSITORY',
  on: 'cluster',
  severity: 'error',
  title: 'Copies of files and images lie where the machines can fetch them.',
  explanation:
    'Machines fetch files over HTTP, or from a bucket of the cloud that they run on, for which alone they have credentials; they know the addresses of S3 in regions of `amazonaws.com` only. A registry holds the images, or a proxy passes them on, never both.',
  kops: ['8.3/10', '8.3/11', '8.3/12', '8.3/13'],
  *check({ cluster }): Iterable<Problem> {
    const spec = cluster.spec.at('assets');
    if (spec.at('containerProxy').present && spec.at('containerRegistry').present) {
      const detail = 'containerProxy cannot be used in conjunction with containerRegistry';
      yield forbidden(spec.at('containerProxy'), detail);
    }
    const repository = spec.at('fileRepository');
    const cloud = cloudOf(cluster);
    const region = cloud === 'aws' ? regionOf(cluster.spec.at('networking', 'subnets').items) : undefined;
    if (repository.text?.startsWith('s3://') && region !== undefined && otherEndings.test(region)) {
      yield forbidden(repository, `s3:// fileRepository is not supported in AWS region "${region}"`);
    }
    for (const detail of repository.present ? whyUnfit(repository.text ?? '', cloud) : []) {
      yield invalid(repository, detail, { value: repository.text ?? '' });
    }
  },
};

/** The region of all zones (`FindRegion`, upup/pkg/fi/cloudup/awsup/aws_utils.go). A subnet that is there may leave its zone out. */
function regionOf(subnets: readonly Node[]): string | undefined {
  if (subnets.some((subnet) => subnet.at('zone').text === undefined && subnet.at('id').text === undefined)) {
    return undefined;
  }
  const zones = subnets.map((subnet) => subnet.at('zone').text).filter((zone) => zone !== undefined);
  const [region, ...others] = new Set(zones.map((zone) => zone.slice(0, -1)));
  return others.length === 0 ? region : undefined;
}

function* whyUnfit(text: string, cloud: Cloud | undefined): Iterable<string> {
  const [, written = '', host = '', path = ''] = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)/i.exec(text) ?? [];
  const scheme = written.toLowerCase();
  const owner = owners.get(scheme);
  if (owner !== undefined && owner[0] !== cloud) {
    const name = JSON.stringify(cloud === undefined ? '' : cloudName(cloud));
    yield `${scheme}:// fileRepository is only supported on ${owner[1]}, but the cloud provider is ${name}`;
  }
  if (scheme === 'azureblob' && (path.split('/')[1] ?? '') === '') {
    yield 'azureblob:// fileRepository must include a container: azureblob://<account>/<container>/<path>';
  }
  if (owner === undefined && !['http', 'https'].includes(scheme)) {
    yield 'fileRepository must be an http://, https://, gs://, s3://, or azureblob:// URL';
  }
  if (host === '') {
    yield 'fileRepository must include a host';
  }
}
