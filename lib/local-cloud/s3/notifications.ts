import { randomUUID } from 'node:crypto';
import { authorize } from './access.ts';
import type { BucketCall, Reply } from './call.ts';
import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import type { NotificationRule } from './notification-types.ts';
import { receiveText } from './request-body.ts';
import { childrenNamed, childText, expectOnly, readXml, type XmlElement, type XmlNode } from './xml.ts';

/** The events that the embedded S3 tells of. */
const supportedEvents = [
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
] as const;

/** Element, and the child that holds the target's ARN, for each kind of rule. */
const kinds = {
  queue: { element: 'QueueConfiguration', target: 'Queue' },
  topic: { element: 'TopicConfiguration', target: 'Topic' },
} as const;

/** `GetBucketNotificationConfiguration`. */
export function getBucketNotification(call: BucketCall): Reply {
  authorize(call, 's3:GetBucketNotification', { bucket: call.bucket });
  const { rules, eventBridge } = call.bucket.notifications;
  return {
    xml: {
      root: 'NotificationConfiguration',
      node: {
        TopicConfiguration: rules.filter((rule) => rule.kind === 'topic').map(ruleNode),
        QueueConfiguration: rules.filter((rule) => rule.kind === 'queue').map(ruleNode),
        EventBridgeConfiguration: eventBridge ? {} : undefined,
      },
    },
  };
}

/** `PutBucketNotificationConfiguration`: replaces all of it, and sends each target `s3:TestEvent`. */
export async function putBucketNotification(call: BucketCall): Promise<Reply> {
  const { bucket, service } = call;
  authorize(call, 's3:PutBucketNotification', { bucket });
  const configuration = readXml(await receiveText(call), 'NotificationConfiguration');
  if (childrenNamed(configuration, 'CloudFunctionConfiguration').length > 0) {
    throw notImplemented('A notification straight to a Lambda function');
  }
  expectOnly(configuration, [kinds.queue.element, kinds.topic.element, 'EventBridgeConfiguration']);
  const rules = [...readRules(configuration, 'queue'), ...readRules(configuration, 'topic')];
  refuseOverlaps(rules);
  if (call.header('x-amz-skip-destination-validation') !== 'true') {
    const refused = rules.find((rule) => !service.accepts(rule.kind, rule.targetArn, bucket));
    if (refused !== undefined) {
      throw invalidArgument(refused.targetArn, 'null', 'Unable to validate the following destination configurations');
    }
  }
  bucket.notifications = { rules, eventBridge: childrenNamed(configuration, 'EventBridgeConfiguration').length > 0 };
  for (const rule of rules) {
    service.send(rule.kind, rule.targetArn, testEvent(call), bucket);
  }
  return {};
}

/** Whether a rule asks for an event of this name (without `s3:`) about this key. */
export function ruleCovers(rule: NotificationRule, event: string, key: string): boolean {
  return (
    key.startsWith(rule.prefix) &&
    key.endsWith(rule.suffix) &&
    rule.events.some((wanted) => coversEvent(wanted, `s3:${event}`))
  );
}

function coversEvent(wanted: string, event: string): boolean {
  return wanted.endsWith('*') ? event.startsWith(wanted.slice(0, -1)) : wanted === event;
}

function readRules(configuration: XmlElement, kind: NotificationRule['kind']): readonly NotificationRule[] {
  const { element, target } = kinds[kind];
  return childrenNamed(configuration, element).map((rule) => {
    expectOnly(rule, ['Id', target, 'Event', 'Filter']);
    const events = childrenNamed(rule, 'Event').map((event) => checkEvent(event.text));
    const targetArn = childText(rule, target);
    if (events.length === 0 || targetArn === undefined) {
      throw s3Error('MalformedXML');
    }
    const filterRules = readFilter(rule);
    const filter = (name: string): string =>
      filterRules.find((other) => other.name.toLowerCase() === name)?.value ?? '';
    return {
      id: childText(rule, 'Id') ?? randomUUID(),
      kind,
      targetArn,
      events,
      prefix: filter('prefix'),
      suffix: filter('suffix'),
      filterRules,
    };
  });
}

function checkEvent(event: string): string {
  if ((supportedEvents as readonly string[]).includes(event)) {
    return event;
  }
  if (
    /^s3:(?:ObjectTagging|ObjectAcl|ObjectRestore|Replication|LifecycleTransition|IntelligentTiering|ReducedRedundancyLostObject)/.test(
      event,
    )
  ) {
    throw notImplemented(`The notification event ${event}`);
  }
  throw invalidArgument('Event', event, 'The event is not supported for notifications');
}

function readFilter(rule: XmlElement): NotificationRule['filterRules'] {
  const elements = childrenNamed(rule, 'Filter')
    .flatMap((filter) => childrenNamed(filter, 'S3Key'))
    .flatMap((key) => childrenNamed(key, 'FilterRule'));
  return elements.map((element) => {
    const name = childText(element, 'Name') ?? '';
    if (!['prefix', 'suffix'].includes(name.toLowerCase())) {
      throw invalidArgument('FilterRule.Name', name, 'filter rule name must be either prefix or suffix');
    }
    return { name, value: childText(element, 'Value') ?? '' };
  });
}

/** S3 takes no two rules that one event could fall under. */
function refuseOverlaps(rules: readonly NotificationRule[]): void {
  for (const [index, rule] of rules.entries()) {
    const clash = rules.slice(index + 1).find((other) => overlap(rule, other));
    if (clash !== undefined) {
      throw invalidArgument(
        'NotificationConfiguration',
        `${rule.id}, ${clash.id}`,
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
      );
    }
  }
}

function overlap(a: NotificationRule, b: NotificationRule): boolean {
  return (
    a.events.some((event) => b.events.some((other) => coversEvent(event, other) || coversEvent(other, event))) &&
    (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
    (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix))
  );
}

function testEvent(call: BucketCall): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(call.service.now()).toISOString(),
    Bucket: call.bucket.name,
    RequestId: call.requestId,
    HostId: call.hostId,
  });
}

function ruleNode(rule: NotificationRule): XmlNode {
  const filterRules = rule.filterRules.map(({ name, value }) => ({ Name: name, Value: value }));
  return {
    Id: rule.id,
    [kinds[rule.kind].target]: rule.targetArn,
    Event: rule.events,
    Filter: filterRules.length === 0 ? undefined : { S3Key: { FilterRule: filterRules } },
  };
}
