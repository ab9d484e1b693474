import type { Identity } from '../identity.ts';
import { type Caller, evaluate } from '../policy.ts';
import { principalId } from '../sts/principal-id.ts';
import { SqsError } from './errors.ts';
import { readContent } from './message-content.ts';
import { Queue } from './queue.ts';
import { type AttributeTexts, changedAttributes, defaultAttributes, readSettings } from './queue-attributes.ts';
import { takesDeadLetters } from './redrive.ts';

/** Where a queue is. */
export interface QueueAddress {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

/** The resource for which a service of the cloud sends: the values of `aws:SourceArn` and `aws:SourceAccount`. */
export interface SendingResource {
  /** For example `s3.amazonaws.com`. */
  readonly service: string;
  readonly arn: string;
  readonly account: string;
}

/** A queue's name cannot be used again for so long after it was deleted. */
const NAME_PAUSE_MS = 60_000;

/** All queues of the embedded cloud, whoever owns them, and who may do what with them. */
export class SqsService {
  readonly #queues = new Map<string, Queue>();
  readonly #deletedAt = new Map<string, number>();
  /** Milliseconds since the epoch. */
  readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** Makes a queue, or returns the one that has this name and these attributes. Throws `QueueNameExists` otherwise. */
  create(address: QueueAddress, attributes: AttributeTexts): Queue {
    const arn = arnOf(address);
    const present = this.#queues.get(arn);
    const wanted = changedAttributes(defaultAttributes, attributes);
    if (present !== undefined) {
      const differing = Object.keys(attributes).find((name) => present.attributes[name] !== wanted[name]);
      if (differing !== undefined) {
        const message = `A queue already exists with the same name and a different value for attribute ${differing}`;
        throw new SqsError('QueueNameExists', message);
      }
      return present;
    }
    const deletedAt = this.#deletedAt.get(arn);
    if (deletedAt !== undefined && this.now() - deletedAt < NAME_PAUSE_MS) {
      const message =
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.';
      throw new SqsError('QueueDeletedRecently', message);
    }
    this.#checkRedrive(arn, wanted);
    const queue = new Queue(arn, this.now);
    queue.configure(attributes);
    this.#queues.set(arn, queue);
    return queue;
  }

  /** Changes a queue's attributes. */
  configure(queue: Queue, attributes: AttributeTexts): void {
    this.#checkRedrive(queue.arn, changedAttributes(queue.attributes, attributes));
    queue.configure(attributes);
  }

  delete(queue: Queue): void {
    this.#queues.delete(queue.arn);
    this.#deletedAt.set(queue.arn, this.now());
  }

  /** The queue, or undefined. */
  find(arn: string): Queue | undefined {
    return this.#queues.get(arn);
  }

  /** The queue at the address. Throws `QueueDoesNotExist`. */
  get(address: QueueAddress): Queue {
    const queue = this.#queues.get(arnOf(address));
    if (queue === undefined) {
      throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    }
    return queue;
  }

  /** All queues of an account in a region, by name. */
  list(account: string, region: string): readonly Queue[] {
    const prefix = arnOf({ region, account, name: '' });
    return [...this.#queues.values()]
      .filter((queue) => queue.arn.startsWith(prefix))
      .sort((a, b) => (a.arn < b.arn ? -1 : 1));
  }

  /** The queue that takes a queue's dead letters, where there is one. */
  deadLettersOf(queue: Queue): Queue | undefined {
    const target = queue.settings.redrive?.deadLetterTargetArn;
    return target === undefined ? undefined : this.#queues.get(target);
  }

  /** Throws `AccessDenied` unless the caller's and the queue's policies allow the action, named as `SendMessage`. */
  authorize(identity: Identity, action: string, queueArn: string): void {
    const { account, arn, policy } = identity;
    const resourcePolicy = this.#queues.get(queueArn)?.settings.policy;
    const decision = evaluate({
      caller: { kind: 'identity', account, arn, policy },
      action: `sqs:${action}`,
      resource: queueArn,
      resourceAccount: addressOf(queueArn).account,
      resourcePolicy,
    });
    if (!decision.allowed) {
      const name = `sqs:${action.toLowerCase()}`;
      const reason =
        decision.reason === 'explicit-deny'
          ? 'with an explicit deny'
          : `because no ${decision.reason === 'identity-policy' ? 'identity' : 'resource'}-based policy allows the ${name} action`;
      const message = `User: ${arn} is not authorized to perform: ${name} on resource: ${queueArn} ${reason}`;
      throw new SqsError('AccessDenied', message);
    }
  }

  /** Whether the queue is there and its policy lets the service send for the resource. */
  accepts(queueArn: string, from: SendingResource): boolean {
    const queue = this.#queues.get(queueArn);
    const caller: Caller = { kind: 'service', name: from.service };
    return (
      queue !== undefined &&
      evaluate({
        caller,
        action: 'sqs:SendMessage',
        resource: queueArn,
        resourceAccount: addressOf(queueArn).account,
        resourcePolicy: queue.settings.policy,
        context: { 'aws:SourceArn': from.arn, 'aws:SourceAccount': from.account },
      }).allowed
    );
  }

  /** Sends for a service of the cloud. Throws when the queue does not accept it: the message is then lost. */
  deliver(queueArn: string, body: string, from: SendingResource): void {
    const queue = this.get(addressOf(queueArn));
    if (!this.accepts(queueArn, from)) {
      throw new SqsError('AccessDenied', `${queueArn} does not let ${from.service} send for ${from.arn}`);
    }
    const content = readContent({ MessageBody: body }, queue.settings.maximumMessageSize);
    queue.send(content, principalId(from.service));
  }

  #checkRedrive(arn: string, attributes: AttributeTexts): void {
    const target = readSettings(attributes).redrive?.deadLetterTargetArn;
    if (target === undefined) {
      return;
    }
    const deadLetters = this.#queues.get(target);
    const isNear = samePlace(addressOf(target), addressOf(arn));
    if (target === arn || deadLetters === undefined || !isNear) {
      throw redriveRefused(attributes, 'Dead letter target does not exist.');
    }
    if (!takesDeadLetters(deadLetters.settings.redriveAllow, arn)) {
      throw redriveRefused(attributes, 'The dead-letter queue does not permit this source queue.');
    }
  }
}

/** The ARN of the queue at an address. */
export function arnOf({ region, account, name }: QueueAddress): string {
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

/** The address in a queue's ARN. */
export function addressOf(arn: string): QueueAddress {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  return { region, account, name };
}

function samePlace(a: QueueAddress, b: QueueAddress): boolean {
  return a.region === b.region && a.account === b.account;
}

function redriveRefused(attributes: AttributeTexts, reason: string): SqsError {
  const message = `Value ${attributes['RedrivePolicy']} for parameter RedrivePolicy is invalid. Reason: ${reason}`;
  return new SqsError('InvalidParameterValue', message);
}
