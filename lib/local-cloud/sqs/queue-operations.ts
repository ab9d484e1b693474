import { invalidParameter, SqsError } from './errors.ts';
import { optionalInteger, optionalText, requiredText, textList, textMap } from './input.ts';
import type { Call, Operation } from './operations.ts';
import type { Queue } from './queue.ts';
import { addressOf, arnOf } from './service.ts';

const MOST_LISTED = 1000;

/** Operations that AWS keeps to the queue's own account, whatever its policy says. */
const ownAccountOnly = new Set(['DeleteQueue', 'SetQueueAttributes']);

/**
 * The queue that the request names by its URL, when the caller may do this with it. Throws `InvalidAddress`,
 * `QueueDoesNotExist`, `AccessDenied`.
 */
export function queueOf({ service, identity, region, input }: Call, action: string): Queue {
  const url = requiredText(input, 'QueueUrl');
  const [, account, name] = /^(?:https?:\/\/[^/]+)?\/(\d{12})\/([\w-]+)\/?$/.exec(url) ?? [];
  if (account === undefined || name === undefined) {
    throw new SqsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`);
  }
  const queue = service.get({ region, account, name });
  if (ownAccountOnly.has(action) && identity.account !== account) {
    const message = `User: ${identity.arn} is not authorized to perform: sqs:${action.toLowerCase()} on resource: ${queue.arn}`;
    throw new SqsError('AccessDenied', message);
  }
  service.authorize(identity, action, queue.arn);
  return queue;
}

const createQueue: Operation = ({ service, endpoint, identity, region, input }) => {
  const name = requiredText(input, 'QueueName');
  if (name.endsWith('.fifo')) {
    throw new SqsError('UnsupportedOperation', 'FIFO queues are not supported here; make a standard queue.');
  }
  if (!/^[\w-]{1,80}$/.test(name)) {
    const reason = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
    throw invalidParameter('QueueName', name, reason);
  }
  const address = { region, account: identity.account, name };
  service.authorize(identity, 'CreateQueue', arnOf(address));
  return { QueueUrl: urlOf(endpoint, service.create(address, textMap(input, 'Attributes'))) };
};

const getQueueUrl: Operation = ({ service, endpoint, identity, region, input }) => {
  const account = optionalText(input, 'QueueOwnerAWSAccountId') ?? identity.account;
  const queue = service.get({ region, account, name: requiredText(input, 'QueueName') });
  service.authorize(identity, 'GetQueueUrl', queue.arn);
  return { QueueUrl: urlOf(endpoint, queue) };
};

const listQueues: Operation = ({ service, endpoint, identity, region, input }) => {
  service.authorize(identity, 'ListQueues', arnOf({ region, account: identity.account, name: '*' }));
  const prefix = optionalText(input, 'QueueNamePrefix') ?? '';
  const most = optionalInteger(input, 'MaxResults', 1, MOST_LISTED) ?? MOST_LISTED;
  const after = optionalText(input, 'NextToken') ?? '';
  const names = (queue: Queue) => addressOf(queue.arn).name;
  const queues = service.list(identity.account, region).filter((queue) => names(queue).startsWith(prefix));
  const rest = queues.filter((queue) => names(queue) > after);
  const page = rest.slice(0, most);
  const last = page.at(-1);
  return {
    ...(page.length === 0 ? {} : { QueueUrls: page.map((queue) => urlOf(endpoint, queue)) }),
    ...(last === undefined || page.length === rest.length ? {} : { NextToken: names(last) }),
  };
};

const deleteQueue: Operation = (call) => {
  call.service.delete(queueOf(call, 'DeleteQueue'));
  return {};
};

const purgeQueue: Operation = (call) => {
  queueOf(call, 'PurgeQueue').purge();
  return {};
};

const setQueueAttributes: Operation = (call) => {
  call.service.configure(queueOf(call, 'SetQueueAttributes'), textMap(call.input, 'Attributes'));
  return {};
};

const getQueueAttributes: Operation = (call) => {
  const queue = queueOf(call, 'GetQueueAttributes');
  const wanted = textList(call.input, 'AttributeNames');
  const all = allAttributes(queue);
  const unknown = wanted.find((name) => name !== 'All' && !(name in all) && !optionalAttributes.has(name));
  if (unknown !== undefined) {
    throw new SqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  }
  const chosen = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) };
};

/** Attributes that a queue need not have. */
const optionalAttributes = new Set([
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
]);

/** The operations on queues, by name. */
export const queueOperations: Readonly<Record<string, Operation>> = {
  CreateQueue: createQueue,
  DeleteQueue: deleteQueue,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListQueues: listQueues,
  PurgeQueue: purgeQueue,
  SetQueueAttributes: setQueueAttributes,
};

function allAttributes(queue: Queue): Readonly<Record<string, string>> {
  const { visible, inFlight, delayed } = queue.counts();
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

function urlOf(endpoint: string, queue: Queue): string {
  const { account, name } = addressOf(queue.arn);
  return `${endpoint}/${account}/${name}`;
}
