import type { AwsSecurityCredentialsSupplier } from 'google-auth-library';
import { type Environment, given } from '../environment.ts';
import type { WorkloadIdentity } from '../store-definition.ts';
import type { CredentialsJson } from './credentials-json.ts';

/** Where AWS says who somebody is; Google's token service sends the signed request there. */
const verificationUrl = 'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15';

/**
 * The credential file that `gcloud iam workload-identity-pools create-cred-config --aws` would write for a workload in AWS: an
 * external account without any key ("Configure Workload Identity Federation with AWS or Azure VMs").
 */
export function awsWorkload({ audience, serviceAccount }: WorkloadIdentity): CredentialsJson {
  const impersonation = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`;
  return {
    type: 'external_account',
    audience,
    subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
    token_url: 'https://sts.googleapis.com/v1/token',
    credential_source: { environment_id: 'aws1', regional_cred_verification_url: verificationUrl },
    ...(serviceAccount === undefined ? {} : { service_account_impersonation_url: impersonation }),
  };
}

/**
 * Gives Google's library the AWS credentials of this function or machine: those of the default chain, from the environment that is passed.
 * `GetCallerIdentity` is answered in every region, so a missing region is no obstacle.
 */
export function awsSupplier(environment: Environment): AwsSecurityCredentialsSupplier {
  const region = given(environment, 'AWS_REGION') ?? given(environment, 'AWS_DEFAULT_REGION') ?? 'us-east-1';
  return {
    getAwsRegion: async () => region,
    getAwsSecurityCredentials: async () => {
      const { defaultChain } = await import('../aws/credential-chain.ts');
      const { stsConfig } = await import('../aws/credential-sources.ts');
      const { accessKeyId, secretAccessKey, sessionToken } = await defaultChain(
        environment,
        stsConfig(region, environment),
      );
      return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { token: sessionToken }) };
    },
  };
}
