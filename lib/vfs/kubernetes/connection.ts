import { CoreV1Api, createConfiguration, ServerConfiguration, wrapHttpLibrary } from '@kubernetes/client-node';
import type { Clock } from '../../flow/clock.ts';
import { CredentialsError } from '../credentials-error.ts';
import { beforeSending, VfsError } from '../errors.ts';
import { givenUp } from '../known-failure.ts';
import type { Precondition } from '../types.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { Agents } from './agents.ts';
import { type Attempt, isApiFailure, toVfsError } from './errors.ts';
import { openSession, type Session } from './session.ts';
import type { KubernetesSettings } from './settings.ts';
import { type CallFields, transport } from './transport.ts';

/** One request, made of the client's API and the namespace of the store. */
export type Request<T> = (api: CoreV1Api, namespace: string) => Promise<T>;

/** For how long a namespace that was seen is taken to be there, in milliseconds. */
const presenceMs = 60_000;

/**
 * The way to the Secrets of one namespace.
 *
 * A call is one request, but for two: credentials that the server refuses are read anew and the request is sent once more (it was not carried
 * out), and a namespace that may be missing is asked for, once a minute.
 */
export class KubernetesConnection {
  readonly settings: KubernetesSettings;
  readonly #clock: Clock;
  readonly #agents = new Agents();
  #session: Promise<Session> | undefined;
  /** Server and namespace, as they were when this was first used. */
  #place: readonly [server: string, namespace: string] | undefined;
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(settings: KubernetesSettings, clock: Clock) {
    this.settings = settings;
    this.#clock = clock;
  }

  /** What is being done, for errors. */
  attempt(operation: string, key: string, precondition?: Precondition): Attempt {
    const target = `${this.settings.url}/${key}`;
    return { operation, target, ...(precondition === undefined ? {} : { precondition }) };
  }

  /** Sends one request. Rejects with `VfsError`; a Secret that is not there is `NotFound` only while its namespace is. */
  async send<T>(request: Request<T>, attempt: Attempt, call: CallFields): Promise<T> {
    try {
      return await this.#authorized(request, call);
    } catch (error) {
      if (isApiFailure(error) && error.isAbsenceOf('secrets')) {
        await this.requireNamespace(attempt, call.signal);
      }
      throw errorOf(error, attempt, call.signal);
    }
  }

  /**
   * Rejects with `InvalidArgument` when the namespace is known not to be there: a listing of it is empty, and every Secret in it absent, as the
   * API server tells it. A namespace that may not be looked at is taken to be there.
   */
  async requireNamespace(attempt: Attempt, signal: AbortSignal): Promise<void> {
    if (this.#clock.now() - this.#seenAt < presenceMs) {
      return;
    }
    try {
      await this.#authorized((api, namespace) => api.readNamespace({ name: namespace }), { signal });
    } catch (error) {
      const refused = isApiFailure(error) && error.status === 403;
      if (!refused) {
        throw beforeSending(errorOf(error, attempt, signal));
      }
    }
    this.#seenAt = this.#clock.now();
  }

  /** Closes all connections. */
  close(): void {
    this.#agents.close();
  }

  async #authorized<T>(request: Request<T>, call: CallFields): Promise<T> {
    const opening = this.#opened();
    try {
      // Reading credentials cannot be aborted, and may run a command that hangs; the caller need not wait for it.
      return await unlessAborted(this.#once(opening, request, call), call.signal);
    } catch (error) {
      if (!isApiFailure(error) || !error.isUnauthorized) {
        throw error;
      }
      this.#forget(opening);
      return await unlessAborted(this.#once(this.#opened(), request, call), call.signal);
    }
  }

  async #once<T>(opening: Promise<Session>, request: Request<T>, call: CallFields): Promise<T> {
    const { server, namespace, authentication } = await opening;
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(server, {}),
      authMethods: { default: authentication },
      httpApi: wrapHttpLibrary(transport(this.#agents, call)),
    });
    return request(new CoreV1Api(configuration), namespace);
  }

  #opened(): Promise<Session> {
    const opening = this.#session ?? this.#open();
    this.#session = opening;
    opening.catch(() => this.#forget(opening)); // The next call reads them anew.
    return opening;
  }

  /** Reads credentials. They may change; what they are for may not, for then this would be another store. */
  async #open(): Promise<Session> {
    const session = await openSession(this.settings);
    const { server, namespace } = session;
    this.#place ??= [server, namespace];
    const [firstServer, firstNamespace] = this.#place;
    if (server !== firstServer || namespace !== firstNamespace) {
      const reason = `the kubeconfig has changed, and now leads to ${server}, namespace ${namespace}; it was ${firstServer}, namespace ${firstNamespace}`;
      throw new CredentialsError('InvalidArgument', reason);
    }
    return session;
  }

  #forget(opening: Promise<Session>): void {
    if (this.#session === opening) {
      this.#session = undefined;
    }
  }
}

function errorOf(error: unknown, attempt: Attempt, signal: AbortSignal): VfsError {
  return signal.aborted && !(error instanceof VfsError) ? givenUp(attempt) : toVfsError(error, attempt);
}
