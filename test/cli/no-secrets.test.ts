import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { openStore } from '../../lib/vfs/open.ts';
import type { StoreDefinition } from '../../lib/vfs/store-definition.ts';
import { type PlaceName, startPlace } from '../replication/across-stores/places.ts';
import { createFastClock } from '../support/clock.ts';
import type { StorePlace } from '../support/store-place.ts';
import { memoryStore } from './memory-store.ts';
import { type Ran, statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

type Environment = StorePlace['environment'];

/** How a store is named, and what the surroundings hold. */
interface Situation {
  readonly definition: StoreDefinition;
  readonly environment: Environment;
}

/** How the one secret of a place is exchanged for another, or left out. */
interface Tampering {
  readonly wrong: string;
  /** What the message names when the secret is not there. */
  readonly missing: RegExp;
  readonly spoil: (situation: Situation, wrong: string) => Promise<Situation>;
  readonly remove: (situation: Situation) => Situation;
}

const random = () => randomBytes(24).toString('hex');
const absentFile = '/nonexistent/credentials';

function inVariable(variable: string, missing: RegExp, wrong = random()): Tampering {
  const set = ({ definition, environment }: Situation, value: string | undefined) => ({
    definition,
    environment: { ...environment, [variable]: value },
  });
  return {
    wrong,
    missing,
    spoil: async (situation, value) => set(situation, value),
    remove: (situation) => set(situation, undefined),
  };
}

const wrongKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
});

const inKeyFile: Tampering = {
  wrong: String(wrongKey),
  missing: /\/nonexistent\/credentials/,
  spoil: async (situation, wrong) => {
    const key = JSON.parse(await readFile(credentialsFileOf(situation), 'utf8'));
    const directory = await workingDirectory({ 'key.json': JSON.stringify({ ...key, private_key: wrong }) });
    return withKeyFile(situation, `${directory}/key.json`);
  },
  remove: (situation) => withKeyFile(situation, absentFile),
};

const inKubeconfig: Tampering = {
  wrong: random(),
  missing: /KUBECONFIG names \/nonexistent\/credentials/,
  spoil: (situation, wrong) =>
    rewriteKubeconfig(situation, (text) => text.replace(/"token":"[^"]+"/, `"token":"${wrong}"`)),
  remove: ({ definition, environment }) => ({ definition, environment: { ...environment, KUBECONFIG: absentFile } }),
};

const tamperings: Readonly<Record<Exclude<PlaceName, 'file'>, Tampering>> = {
  s3: inVariable('AWS_SECRET_ACCESS_KEY', /AWS_SECRET_ACCESS_KEY|AWS_ACCESS_KEY_ID/),
  do: inVariable('S3_SECRET_ACCESS_KEY', /S3_SECRET_ACCESS_KEY/),
  gs: inKeyFile,
  swift: inVariable('OS_PASSWORD', /OS_PASSWORD/),
  oss: inVariable('OSS_PLACE_SECRET', /OSS_PLACE_SECRET/),
  vault: inVariable('VAULT_TOKEN', /AWS_ACCESS_KEY_ID not set/), // Without a token kOps signs in by AWS IAM.
  k8s: inKubeconfig,
  azureblob: inVariable('TEST_ACCOUNT_KEY', /TEST_ACCOUNT_KEY/, randomBytes(64).toString('base64')),
};

function credentialsFileOf({ definition }: Situation): string {
  const { credentials } = definition;
  return credentials !== undefined && 'credentialsFile' in credentials ? credentials.credentialsFile : '';
}

function withKeyFile({ definition, environment }: Situation, credentialsFile: string): Situation {
  return { definition: { ...definition, credentials: { credentialsFile } }, environment };
}

async function rewriteKubeconfig(
  { definition, environment }: Situation,
  change: (text: string) => string,
): Promise<Situation> {
  const text = await readFile(environment['KUBECONFIG'] ?? '', 'utf8');
  const directory = await workingDirectory({ kubeconfig: change(text) });
  return { definition, environment: { ...environment, KUBECONFIG: `${directory}/kubeconfig` } };
}

/** The same place at an address where nobody listens. */
async function withoutServer(situation: Situation): Promise<Situation> {
  const port = await closedPort();
  const move = (text: string) => text.replaceAll(/(127\.0\.0\.1|localhost):\d+/g, `127.0.0.1:${port}`);
  const moved: Situation = JSON.parse(move(JSON.stringify(situation)));
  return moved.environment['KUBECONFIG'] === undefined ? moved : rewriteKubeconfig(moved, move);
}

function closedPort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

/** Every form in which a secret may stand in a text: as it is, its lines, in a URL, in a header of Basic. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split('\n').filter((line) => line.length >= 12 && !line.startsWith('-----'));
  return lines.flatMap((line) => [line, encodeURIComponent(line), Buffer.from(line).toString('base64')]);
}

type Run = Ran & { readonly verb: string };

/** Every verb that opens stores, with all that a person can ask to see; two of them in plain words too. */
function callsOf(from: string, to: string): readonly (readonly string[])[] {
  const everything = ['--debug', '-o', 'json'];
  const sync = ['sync', from, to, '--dry-run', '--sensitive', 'include'];
  return [
    ['ls', from],
    ['ls', from, ...everything],
    ['store', 'probe', from, ...everything],
    sync,
    [...sync, ...everything],
    ['verify', from, to, ...everything],
  ];
}

/** Makes every call and searches all output of it. */
async function runAll(
  location: string,
  surroundings: { readonly cwd: string; readonly env: Environment },
  secrets: () => readonly string[],
): Promise<readonly Run[]> {
  const { url: to } = await memoryStore();
  const runs: Run[] = [];
  for (const argv of callsOf(location, to)) {
    const ran = await statesync(argv, { ...surroundings, clock: createFastClock(Date.now()) });
    const text = ran.stdout + ran.stderr;
    const leaked = secrets()
      .flatMap(formsOf)
      .filter((form) => text.includes(form));
    expect({ argv, leaked }).toEqual({ argv, leaked: [] });
    runs.push({ ...ran, verb: argv[0] ?? '' });
  }
  return runs;
}

/** Runs every verb on a place, named as its definition needs: by its URL, or by an entry of the configuration. */
async function runOn({ definition, environment }: Situation, secrets: () => readonly string[]) {
  const { url, ...fields } = definition;
  const env = { AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  const entry = `version: 1\nstores:\n  place: ${JSON.stringify(definition)}\n`;
  const cwd = await workingDirectory({ 'statesync.yaml': entry });
  return runAll(Object.keys(fields).length === 0 ? url : 'place', { cwd, env }, secrets);
}

/** Asserts that a run ended with one error, that says so, and no data. */
function expectOneError({ verb, code, stdout, stderr }: Run, codes: readonly number[], says: RegExp) {
  expect({ verb, stderr, code: codes.includes(code) ? 'expected' : code }).toEqual({ verb, stderr, code: 'expected' });
  expect(stderr.match(/^error: .*$/gm)).toHaveLength(1);
  expect(stderr).toMatch(says);
  expect(stdout).toBe('');
}

describe.each(Object.entries(tamperings))('no output of %s holds a secret', (name, tampering) => {
  let place: StorePlace;
  const right = (): Situation => ({ definition: place.definition, environment: place.environment });
  const secrets = () => [...place.secrets, tampering.wrong];

  beforeAll(async () => {
    place = await startPlace[name as PlaceName]();
    const { definition, environment } = place;
    const store = await openStore(definition, { environment, clock: systemClock });
    await store.write('k8s.example.com/config', textSource('x'));
    await store.close();
  });

  afterAll(() => place.close());

  it('while all is right', async () => {
    for (const { verb, code, stderr } of await runOn(right(), secrets)) {
      expect({ verb, stderr, isDone: code === 0 || code === 2 }).toEqual({ verb, stderr, isDone: true });
    }
  });

  it('when the secret is a wrong one, which is an error of access', async () => {
    for (const ran of await runOn(await tampering.spoil(right(), tampering.wrong), secrets)) {
      expectOneError(ran, [4], /./);
    }
  });

  it('when the secret is not there, and names what is missing', async () => {
    for (const ran of await runOn(tampering.remove(right()), secrets)) {
      expectOneError(ran, [3, 4], tampering.missing);
    }
  });

  it('when the server is gone', async () => {
    for (const ran of await runOn(await withoutServer(right()), secrets)) {
      expectOneError(ran, [1], /./);
    }
  });

  it('when the URL holds it', async () => {
    const surroundings = { cwd: await workingDirectory(), env: place.environment };
    const { url } = place.definition;
    for (const userInfo of ['AKIAIOSFODNN:hidden/value', 'user:hidden-value@odd', 'hidden-value:']) {
      const holding = url.replace('://', `://${userInfo}@`);
      for (const ran of await runAll(holding, surroundings, () => ['hidden/value', 'hidden-value', ...secrets()])) {
        expectOneError(ran, [3], /holds a user or a password/);
      }
    }
  });
});

describe('no output holds what stands behind the ? of a URL', () => {
  it.each([
    'azureblob://account',
    'azureblob://',
    'azureblob://UPPER/c',
    's3://',
    's3://bucket/%zz',
    'do://bucket/prefix',
    'k8s://local/state',
    'vault://',
  ])('%s', async (url) => {
    const surroundings = { cwd: await workingDirectory(), env: { AWS_EC2_METADATA_DISABLED: 'true' } };
    for (const mark of ['?', '#']) {
      for (const ran of await runAll(`${url}${mark}sig=hidden-value`, surroundings, () => ['hidden-value'])) {
        expect(ran.code).not.toBe(0);
      }
    }
  });
});

it('no output holds the password in the URL of a directory', async () => {
  const surroundings = { cwd: await workingDirectory(), env: {} };
  for (const ran of await runAll('file://user:hidden-value@host/directory', surroundings, () => ['hidden-value'])) {
    expectOneError(ran, [3], /holds a user or a password/);
  }
});
