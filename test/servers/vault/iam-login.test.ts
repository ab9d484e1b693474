import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { LoopbackServer } from '../../../lib/local-cloud/http.ts';
import { type Identity, IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { startSession } from '../../../lib/local-cloud/sts/assume-role.ts';
import { LocalSts } from '../../../lib/local-cloud/sts/server.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import type { VfsError } from '../../../lib/vfs/errors.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { VaultCredentials } from '../../../lib/vfs/store-definition.ts';
import { openDriver } from '../../../lib/vfs/vault/open.ts';
import { admin } from './admin.ts';
import { vaultEndpointOf } from './endpoint.ts';

/**
 * Vault itself hands our signed request to a token service, which verifies the signature: the embedded one of this project, at which Vault is pointed. It must be
 * able to reach it, so this is for a Vault on this machine.
 */
const endpoint = vaultEndpointOf(process.env);
const { host, hostname, protocol } = new URL(endpoint.address);
const name = `statesync-test-${randomUUID()}`;
const role = 'nodes.prod.example.com';
const identities = new IdentityRegistry();
const sts = new LocalSts({ identities });
/** Vault asks for the path `//`, which AWS takes for the `/` that was signed (Signature Version 4, "Canonical URI": redundant parts are removed). */
const front = new LoopbackServer(passOn);
let session: Identity;

beforeAll(async () => {
  await sts.start();
  await front.start();
  const arn = `arn:aws:iam::111111111111:role/${role}`;
  const known = identities.addRole({ arn, policy: { Statement: [] }, trusted: [] });
  session = startSession(identities, known, 'i-0123456789abcdef0', Date.now() + 3_600_000);
  await admin(endpoint, 'POST', `sys/mounts/${name}`, { type: 'kv', options: { version: '2' } });
  await admin(endpoint, 'POST', `sys/auth/${name}`, { type: 'aws' });
  await admin(endpoint, 'POST', `auth/${name}/config/client`, {
    sts_endpoint: front.endpoint,
    sts_region: 'us-east-1',
    iam_server_id_header_value: hostname,
  });
  const policy = ['data', 'metadata', 'delete']
    .map((kind) => `path "${name}/${kind}/*" { capabilities = ["create", "read", "update", "list"] }`)
    .join('\n');
  await admin(endpoint, 'POST', `sys/policies/acl/${name}`, { policy });
  await admin(endpoint, 'POST', `auth/${name}/role/${role}`, {
    auth_type: 'iam',
    bound_iam_principal_arn: arn,
    resolve_aws_unique_ids: false,
    policies: name,
    ttl: '60s',
    max_ttl: '500h',
  });
});

afterAll(async () => {
  await admin(endpoint, 'DELETE', `sys/mounts/${name}`);
  await admin(endpoint, 'DELETE', `sys/auth/${name}`);
  await admin(endpoint, 'DELETE', `sys/policies/acl/${name}`);
  await front.close();
  await sts.close();
});

async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, headers } = request;
  const onward = sendRequest(sts.endpoint, { method, headers, path: '/' }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

function storeWith(credentials: Partial<VaultCredentials>, keys: Partial<Identity> = {}, now = systemClock.now): Store {
  const { accessKeyId, secretAccessKey, sessionToken } = { ...session, ...keys };
  const environment = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
    AWS_ENDPOINT_URL_STS: front.endpoint,
  };
  const url = `vault://${host}/${name}/${protocol === 'http:' ? '?tls=false' : ''}`;
  const login = { awsRole: '', authMount: name, ...credentials } as VaultCredentials;
  return new Store(openDriver({ url, credentials: login }, { environment, clock: { ...systemClock, now } }));
}

async function failureOf(call: Promise<unknown>): Promise<VfsError> {
  const error = await call.then(
    () => {
      throw new Error('it did not fail');
    },
    (reason: VfsError) => reason,
  );
  const shown = inspect(error, { depth: 10, showHidden: true });
  for (const secret of [session.secretAccessKey, session.sessionToken ?? '', session.accessKeyId]) {
    expect(shown).not.toContain(secret);
  }
  return error;
}

describe('the IAM login at a real Vault', () => {
  it.each(['', role])(
    'gives a token for the role "%s", with which objects can be written and removed',
    async (awsRole) => {
      const store = storeWith({ awsRole });
      await store.write('clusters/a', textSource('text'), { precondition: { kind: 'if-absent' } });
      const { revision } = await store.stat('clusters/a');
      await store.delete('clusters/a', { precondition: { kind: 'if-match', revision } });
      expect(await store.find('clusters/a')).toBeUndefined();
      await store.close();
    },
  );

  it('is renewed when two thirds of its time have passed, and goes on', async () => {
    let passed = 0;
    const store = storeWith({}, {}, () => Date.now() + passed);
    await store.write('renewed', textSource('one'));
    const logins = sts.requests.of('GetCallerIdentity');
    passed = 45_000;
    await store.write('renewed', textSource('two'));
    expect(sts.requests.of('GetCallerIdentity')).toBe(logins);
    await store.close();
  });

  it('is done again when Vault does not know the token any more', async () => {
    const store = storeWith({});
    await store.write('again', textSource('one'));
    await admin(endpoint, 'POST', `sys/leases/revoke-prefix/auth/${name}/login`);
    await store.write('again', textSource('two'));
    expect((await store.stat('again')).size).toBe(3);
    await store.close();
  });

  it('is refused with another server id, another key, or a role that the principal does not have', async () => {
    const calls = [
      [storeWith({ serverId: 'other.example.com' }), 'expected'],
      [storeWith({}, { secretAccessKey: 'wrong' }), 'from STS'],
      [storeWith({ awsRole: 'masters.prod.example.com' }), 'masters.prod.example.com'],
    ] as const;
    for (const [store, words] of calls) {
      const error = await failureOf(store.find('any'));
      expect(error).toMatchObject({ code: 'Unauthenticated', maybeApplied: false });
      expect(error.message).toContain('error authenticating vault to AWS');
      expect(error.message).toContain(words);
      await store.close();
    }
  });
});
