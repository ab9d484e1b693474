/** Where a notification goes: the queues or topics of the embedded cloud. */
export interface NotificationTarget {
  /** Takes a message for a queue or topic. A rejection is reported, and the message is lost. */
  deliver(targetArn: string, message: string, context: NotificationContext): Promise<void>;
  /** Whether the target exists, and its policy lets S3 send on behalf of this bucket of this account. */
  accepts(targetArn: string, sourceArn: string, sourceAccount: string): boolean;
}

/** On whose behalf S3 sends: what a target's policy sees as `aws:SourceArn` and `aws:SourceAccount`. */
export interface NotificationContext {
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** An event as S3 gives it to Amazon EventBridge. */
export interface EventBridgeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Object Created' | 'Object Deleted';
  readonly source: 'aws.s3';
  readonly account: string;
  /** RFC 3339, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One rule of a bucket's notification configuration. */
export interface NotificationRule {
  readonly id: string;
  readonly kind: 'queue' | 'topic';
  readonly targetArn: string;
  /** `s3:ObjectCreated:*` and their like. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  /** The filter rules in the order and spelling in which they were put. */
  readonly filterRules: readonly { readonly name: string; readonly value: string }[];
}

/** Everything that a bucket tells others about. */
export interface NotificationConfiguration {
  readonly rules: readonly NotificationRule[];
  readonly eventBridge: boolean;
}

/** The configuration of a new bucket. */
export const noNotifications: NotificationConfiguration = { rules: [], eventBridge: false };
