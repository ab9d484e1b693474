import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Identity, IdentityRegistry, type Role } from './identity.ts';
import { installAsset } from './lambda/asset.ts';
import { EventSourceMapping, type MappingSettings } from './lambda/event-source-mapping.ts';
import { type FunctionSettings, LambdaFunction } from './lambda/function.ts';
import { queueReader } from './lambda/queue-reader.ts';
import type { NotificationTarget } from './s3/notification-types.ts';
import { LocalS3, type LocalS3Options } from './s3/server.ts';
import { LocalSqs } from './sqs/server.ts';
import type { SqsService } from './sqs/service.ts';
import { startSession } from './sts/assume-role.ts';
import { LocalSts } from './sts/server.ts';

/** How a cloud is set up; everything has a default. */
export interface LocalCloudOptions
  extends Pick<LocalS3Options, 'faults' | 'limits' | 'clock' | 'topics' | 'eventBridge'> {
  /** Where functions are. Default `eu-west-1`. */
  readonly region?: string;
  /** Hears of notifications that could not be delivered, and of errors in the servers themselves. */
  readonly onError?: (error: unknown) => void;
}

/** A function to deploy. */
export interface Deployment extends Omit<FunctionSettings, 'arn' | 'region' | 'root' | 'credentials'> {
  /**
   * The role that the function runs as, in the cloud's registry, and trusting `lambda.amazonaws.com`. The function is
   * in the role's account.
   */
  readonly role: string;
  /** The bundle: a file or a folder. */
  readonly asset: string;
  /** What the bundle's digest must be: see `digestOf`. */
  readonly digest?: string;
}

/** A function that is deployed. */
export interface DeployedFunction {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  /** Of the bundle that runs. */
  readonly digest: string;
}

const LAMBDA = 'lambda.amazonaws.com';

/** How long the credentials of a function's environment are good for. */
const CREDENTIALS_MS = 3_600_000;

/** S3, SQS, STS and Lambda for several accounts, in this process and its children, on loopback; nothing is kept. */
export class LocalCloud {
  readonly identities = new IdentityRegistry();
  readonly region: string;
  readonly s3: LocalS3;
  readonly sqs: LocalSqs;
  readonly sts: LocalSts;
  readonly #folder: string;
  readonly #functions: LambdaFunction[] = [];
  readonly #mappings: EventSourceMapping[] = [];

  private constructor(options: LocalCloudOptions, folder: string) {
    const { identities } = this;
    const { onError = () => undefined, clock = Date.now } = options;
    this.region = options.region ?? 'eu-west-1';
    this.sqs = new LocalSqs({ identities, clock, onError });
    this.sts = new LocalSts({ identities, onError });
    this.s3 = new LocalS3({ ...options, identities, queues: bucketNotifications(this.sqs.service) });
    this.#folder = folder;
  }

  /** Starts the servers, each on a port of its own. */
  static async start(options: LocalCloudOptions = {}): Promise<LocalCloud> {
    const cloud = new LocalCloud(options, await mkdtemp(join(tmpdir(), 'local-cloud-')));
    await Promise.all([cloud.s3.start(), cloud.sqs.start(), cloud.sts.start()]);
    return cloud;
  }

  /** An administrator of the account. An account is there as soon as somebody has credentials in it. */
  createAccount(account: string): Identity {
    return this.identities.addUser(account, 'admin');
  }

  /**
   * The environment variables with which the official clients, in any process, find this cloud. They address buckets
   * by path, as they do for every endpoint that is an IP address.
   */
  get endpoints(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL_S3: this.s3.endpoint,
      AWS_ENDPOINT_URL_SQS: this.sqs.endpoint,
      AWS_ENDPOINT_URL_STS: this.sts.endpoint,
    };
  }

  /** Deploys a function from a bundle. Throws when the bundle's digest is not the one given. */
  async deployFunction({ role: roleArn, asset, digest: expected, ...rest }: Deployment): Promise<DeployedFunction> {
    const role = this.#role(roleArn);
    const { digest, root } = await installAsset(asset, this.#folder, expected);
    const lambda = new LambdaFunction({
      ...rest,
      arn: `arn:aws:lambda:${this.region}:${roleArn.split(':')[4]}:function:${rest.name}`,
      region: this.region,
      root,
      variables: { ...this.endpoints, ...rest.variables },
      credentials: () => startSession(this.identities, role, rest.name, Date.now() + CREDENTIALS_MS),
    });
    this.#functions.push(lambda);
    return { lambda, role, digest };
  }

  /** Gives a queue's messages to a function, with the permissions of the function's role. */
  mapQueue(queueArn: string, { lambda, role }: DeployedFunction, settings: MappingSettings = {}): EventSourceMapping {
    const poller = startSession(this.identities, role, lambda.settings.name, Number.POSITIVE_INFINITY);
    const reader = queueReader(this.sqs.service, queueArn, () => poller);
    const mapping = new EventSourceMapping(reader, lambda, settings);
    this.#mappings.push(mapping);
    return mapping;
  }

  /** Ends the mappings, the functions' processes and the servers. What was stored is gone. */
  async close(): Promise<void> {
    await Promise.all([...this.#mappings, ...this.#functions].map((each) => each.close()));
    await Promise.all([this.s3.close(), this.sqs.close(), this.sts.close()]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #role(arn: string): Role {
    const role = this.identities.findRole(arn);
    if (role === undefined) {
      throw new Error(`the role ${arn} does not exist: add it to the cloud's identities first`);
    }
    if (!role.trusted.includes(LAMBDA)) {
      throw new Error(`The role defined for the function cannot be assumed by Lambda: ${arn} must trust ${LAMBDA}`);
    }
    return role;
  }
}

function bucketNotifications(service: SqsService): NotificationTarget {
  const from = (arn: string, account: string) => ({ service: 's3.amazonaws.com', arn, account });
  return {
    deliver: async (queueArn, message, { sourceArn, sourceAccount }) =>
      service.deliver(queueArn, message, from(sourceArn, sourceAccount)),
    accepts: (queueArn, sourceArn, sourceAccount) => service.accepts(queueArn, from(sourceArn, sourceAccount)),
  };
}
