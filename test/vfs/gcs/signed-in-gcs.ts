import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import type { Environment } from '../../../lib/vfs/environment.ts';
import type { VfsError } from '../../../lib/vfs/errors.ts';
import { openDriver } from '../../../lib/vfs/gcs/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { GcsCredentials } from '../../../lib/vfs/store-definition.ts';
import { IdentityService } from '../../loopback/gcs/identity-service.ts';
import { GcsServer } from '../../loopback/gcs/server.ts';

/** The service account of the tests. */
export const account = 'statesync@project.iam.gserviceaccount.com';

/** A server that wants tokens, the services that give them, and the credentials of several identities. */
export class SignedInGcs {
  readonly identity = new IdentityService();
  readonly server = new GcsServer(this.identity.tokens);
  readonly aws = this.identity.aws.addUser('111111111111', 'function');
  readonly awsKeys = { AWS_ACCESS_KEY_ID: this.aws.accessKeyId, AWS_SECRET_ACCESS_KEY: this.aws.secretAccessKey };
  /** The key file of the service account. */
  keyFile: Readonly<Record<string, string>> = {};
  /** For files. */
  directory = '';
  readonly #stores: Store[] = [];

  static async start(): Promise<SignedInGcs> {
    const gcs = new SignedInGcs();
    await gcs.identity.start();
    await gcs.server.start();
    gcs.server.createBucket('state');
    gcs.keyFile = gcs.identity.serviceAccountFile(account);
    gcs.directory = await mkdtemp(join(tmpdir(), 'statesync-gcs-'));
    gcs.reset();
    return gcs;
  }

  /** As at the start: everybody is trusted, and nothing goes wrong. */
  reset(): void {
    const { identity, aws } = this;
    identity.machine = undefined;
    identity.lifetimeSeconds = 3600;
    identity.script = () => undefined;
    identity.trusted.add(aws.arn);
    identity.actable.add(account);
    identity.requests.reset();
  }

  async closeStores(): Promise<void> {
    await Promise.all(this.#stores.splice(0).map((store) => store.close()));
  }

  async close(): Promise<void> {
    await this.closeStores();
    await Promise.all([this.identity.close(), this.server.close(), rm(this.directory, { recursive: true })]);
  }

  /** Writes a file and says where it is. */
  async file(name: string, content: object | string): Promise<string> {
    const path = join(this.directory, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  open(credentials: GcsCredentials | undefined, environment: Environment = {}): Store {
    const definition = { url: 'gs://state', endpoint: this.server.endpoint, ...(credentials && { credentials }) };
    const store = new Store(openDriver(definition, { environment, clock: systemClock }));
    this.#stores.push(store);
    return store;
  }

  /** An external account of AWS whose token services are on loopback. */
  awsAccount(more: object = {}): object {
    return {
      type: 'external_account',
      audience: this.identity.audience,
      subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
      token_url: `${this.identity.endpoint}/v1/token`,
      credential_source: {
        environment_id: 'aws1',
        regional_cred_verification_url:
          'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
      },
      ...more,
    };
  }

  /** What makes credentials act as the service account. */
  get impersonation(): object {
    const path = `/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
    return { service_account_impersonation_url: this.identity.endpoint + path };
  }

  /** The error of a listing that must fail, in which nothing shows a secret. */
  async failure(store: Store, ...secrets: readonly string[]): Promise<VfsError> {
    const error = await store.listPage('').then(
      () => undefined,
      (one: VfsError) => one,
    );
    expect(error).toBeDefined();
    const shown = `${error?.message}${error?.stack}${JSON.stringify(error)}${String(error?.cause)}`;
    const { private_key: key = '' } = this.keyFile;
    for (const secret of [...secrets, ...this.identity.tokens.issued, this.aws.secretAccessKey, key]) {
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
    return error as VfsError;
  }
}
