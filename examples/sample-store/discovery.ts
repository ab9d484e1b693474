import { createHash, createPublicKey } from 'node:crypto';
import { type ClusterObject, issuerOf, type SampleCluster } from './cluster.ts';
import { type Keyset, type SampleKey, trustedKeys } from './keysets.ts';

/** The documents by which others check the tokens of the cluster's service accounts; none for a cluster that publishes none. */
export function discoveryObjects(cluster: SampleCluster, serviceAccount: Keyset): readonly ClusterObject[] {
  if (cluster.spec.serviceAccountIssuerDiscovery === undefined) {
    return [];
  }
  const issuer = issuerOf(cluster);
  const configuration = {
    issuer,
    jwks_uri: `${issuer}/openid/v1/jwks`,
    authorization_endpoint: 'urn:kubernetes:programmatic_authorization',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss'],
  };
  const keys = trustedKeys(serviceAccount)
    .map(jsonWebKey)
    .toSorted((a, b) => (a.kid < b.kid ? -1 : 1));
  return [
    ['.well-known/openid-configuration', unindented(configuration)],
    ['openid/v1/jwks', unindented({ keys })],
  ];
}

/** The key's id is the SHA-256 of its public half in DER. */
function jsonWebKey({ certificate }: SampleKey): Readonly<Record<'use' | 'kty' | 'kid' | 'alg' | 'n' | 'e', string>> {
  const publicKey = createPublicKey(certificate);
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64url');
  return { use: 'sig', kty: 'RSA', kid, alg: 'RS256', n, e };
}

/** JSON as kOps writes it: a line for each value, none of them indented. */
function unindented(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/^ +/gm, '');
}
