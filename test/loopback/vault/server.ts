import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer, RequestCounter } from '../../../lib/local-cloud/http.ts';
import { type Answer, sendJson, successText, VaultError } from './answers.ts';
import { AwsAuth, type AwsAuthOptions } from './aws-auth.ts';
import { type Incoming, readIncoming } from './incoming.ts';
import { KvMount, type KvOptions } from './kv.ts';
import { Policies } from './policies.ts';
import { type KvCall, kvCall } from './routes.ts';
import type { Fault, Script } from './script.ts';
import { type Token, Tokens } from './tokens.ts';

/** What a server is made with. */
export interface LoopbackVaultOptions {
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** An operation that was found, and is not yet carried out. */
interface Found {
  readonly operation: string;
  run(): Answer | undefined;
}

/**
 * A Vault on loopback, written to HashiCorp's documentation of the HTTP API, and held against Vault 1.21: KV v2 with check-and-set, deletes, metadata and limits;
 * tokens with expiry and renewal; policies; namespaces; IAM logins of which the signature is verified.
 */
export class LoopbackVault {
  /** Counts requests by operation. */
  readonly requests = new RequestCounter();
  readonly tokens: Tokens;
  readonly policies = new Policies();
  /** Makes requests go wrong. */
  script: Script = () => undefined;
  /** `allow_forwarding_via_header`: whether a client may ask for the active node. */
  allowsForwarding = false;
  /** Answers 503 to everything while it is set. */
  sealed = false;
  readonly #mounts = new Map<string, KvMount | { readonly type: string; readonly version?: string }>();
  readonly #auth = new Map<string, AwsAuth>();
  readonly #now: () => number;
  readonly #server: LoopbackServer;

  constructor({ now = Date.now }: LoopbackVaultOptions = {}) {
    this.#now = now;
    this.tokens = new Tokens(now);
    this.#server = new LoopbackServer((request, response) => this.#answer(request, response));
  }

  /** Starts to listen on 127.0.0.1 and resolves to the endpoint. */
  start(): Promise<string> {
    return this.#server.start();
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return new URL(this.#server.endpoint).host;
  }

  get openConnections(): number {
    return this.#server.openConnections;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Mounts a KV of version 2. A mount in a namespace is named `ns1/kv`. */
  mountKv(name: string, options: KvOptions = {}): KvMount {
    const mount = new KvMount(options, this.#now);
    this.#mounts.set(name, mount);
    return mount;
  }

  /** Mounts something of which only the kind is known. */
  mountOther(name: string, kind: { readonly type: string; readonly version?: string }): void {
    this.#mounts.set(name, kind);
  }

  /** Mounts the AWS auth method at `auth/NAME`. */
  mountAws(name: string, options: AwsAuthOptions): AwsAuth {
    const auth = new AwsAuth(options, this.#now);
    this.#auth.set(name, auth);
    return auth;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let fault: Fault | undefined;
    try {
      const incoming = await readIncoming(request);
      if (this.sealed) {
        throw new VaultError(503, ['Vault is sealed']);
      }
      const found = this.#find(incoming);
      this.requests.add(found.operation);
      fault = this.script({ ...incoming, operation: found.operation });
      const answer = await this.#carryOut(found, fault, response);
      if (answer !== 'said') {
        say(response, answer, fault);
      }
    } catch (error) {
      if (!(error instanceof VaultError)) {
        throw error;
      }
      const { status, errors, data } = error;
      const text = data === undefined ? JSON.stringify({ errors }) : successText({ data });
      sendJson(response, status, text, fault?.kind === 'tear');
    }
  }

  async #carryOut(
    found: Found,
    fault: Fault | undefined,
    response: ServerResponse,
  ): Promise<Answer | undefined | 'said'> {
    if (fault?.kind === 'answer') {
      const { status, errors = [], text = JSON.stringify({ errors }), headers = {} } = fault;
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
      return 'said';
    }
    if (fault?.kind === 'wait' && fault.when === 'before') {
      await fault.until;
    }
    if (fault?.kind !== 'cut') {
      const answer = found.run();
      await (fault?.kind === 'wait' ? fault.until : undefined);
      return answer;
    }
    if (fault.when === 'after') {
      found.run();
    }
    response.destroy();
    return 'said';
  }

  #find(incoming: Incoming): Found {
    const { path, method, body, forward } = incoming;
    if (forward && !this.allowsForwarding) {
      return { operation: 'refused-forward', run: refuseForwarding };
    }
    const login = /^auth\/(.+)\/login$/.exec(path)?.[1];
    const auth = login === undefined ? undefined : this.#auth.get(login);
    if (auth !== undefined && method === 'POST') {
      return { operation: 'login', run: () => this.#logIn(auth, body) };
    }
    if (path === 'auth/token/lookup-self') {
      return this.#withToken('lookup-self', incoming, 'read', (token) => this.tokens.describe(token));
    }
    if (path === 'auth/token/renew-self') {
      return this.#withToken('renew-self', incoming, 'update', (token) => this.tokens.renew(token));
    }
    const asked = /^sys\/internal\/ui\/mounts\/(.+)$/.exec(path)?.[1];
    if (asked !== undefined) {
      return { operation: 'mounts', run: () => this.#describeMount(incoming, asked) };
    }
    return this.#findInMount(incoming);
  }

  #logIn(auth: AwsAuth, body: Incoming['body']): Answer {
    const { policies, ttl, maxTtl, renewable } = auth.login(body);
    const options = { ...(maxTtl === undefined ? {} : { maxTtl }), ...(renewable === undefined ? {} : { renewable }) };
    return this.tokens.granted(this.tokens.create({ policies: ['default', ...policies], ttl, ...options }));
  }

  #findInMount(incoming: Incoming): Found {
    const full = [incoming.namespace, incoming.path].filter(Boolean).join('/');
    const name = [...this.#mounts.keys()].find((mount) => full.startsWith(`${mount}/`));
    const mount = name === undefined ? undefined : this.#mounts.get(name);
    if (name === undefined || mount === undefined) {
      const route = `no handler for route "${incoming.path}". route entry not found.`;
      return this.#withToken('no-route', incoming, undefined, () => {
        throw new VaultError(404, [route]);
      });
    }
    const rest = { ...incoming, path: full.slice(name.length + 1) };
    if (!(mount instanceof KvMount)) {
      // A KV of version 1 takes the paths of version 2 for names of secrets.
      return this.#withToken(`other-${rest.method}`, incoming, undefined, () => {
        if (rest.method === 'GET') {
          throw new VaultError(404, []);
        }
        return undefined;
      });
    }
    const call: KvCall = kvCall(mount, rest);
    return this.#withToken(call.operation, incoming, call.capability, call.run);
  }

  #withToken(
    operation: string,
    { token, path, namespace }: Incoming,
    capability: KvCall['capability'] | undefined,
    run: (token: Token) => Answer | undefined,
  ): Found {
    return {
      operation,
      run: () => {
        const known = this.tokens.require(token);
        if (!`${namespace}/`.startsWith(known.namespace === '' ? '' : `${known.namespace}/`)) {
          throw new VaultError(403, ['permission denied']);
        }
        if (capability !== undefined) {
          this.policies.require(known, path, capability);
        }
        return run(known);
      },
    };
  }

  /** Not in the documentation, and what Vault's own commands ask: 403 for a mount below which the token may do nothing, and for none at all. */
  #describeMount({ token, namespace }: Incoming, name: string): Answer {
    const known = this.tokens.require(token);
    const mount = this.#mounts.get([namespace, name].filter(Boolean).join('/'));
    if (mount === undefined || !this.policies.reaches(known, `${name}/`)) {
      throw new VaultError(403, [
        `preflight capability check returned 403, please ensure client's policies grant access to path "${name}/"`,
      ]);
    }
    const { type, version } = mount instanceof KvMount ? { type: 'kv', version: '2' } : mount;
    return { data: { type, options: version === undefined ? null : { version } } };
  }
}

function say(response: ServerResponse, answer: Answer | undefined, fault: Fault | undefined): void {
  if (answer === undefined) {
    response.writeHead(204).end();
  } else {
    sendJson(response, 200, successText(answer), fault?.kind === 'tear');
  }
}

function refuseForwarding(): never {
  throw new VaultError(400, ['forwarding via header X-Vault-Forward disabled in configuration']);
}
