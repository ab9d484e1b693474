/** Status, the `__type` of the JSON body, and the code of the older query protocol that SDKs still report. */
type Wire = readonly [status: number, type: string, queryCode: string];

const own = (name: string, status = 400, queryCode = `AWS.SimpleQueueService.${name}`): Wire => [
  status,
  `com.amazonaws.sqs#${name}`,
  queryCode,
];
const general = (name: string, queryCode: string, status = 400): Wire => [
  status,
  `com.amazon.coral.service#${name}`,
  queryCode,
];

const wires = {
  AccessDenied: general('AccessDeniedException', 'AccessDenied', 403),
  BatchEntryIdsNotDistinct: own('BatchEntryIdsNotDistinct'),
  BatchRequestTooLong: own('BatchRequestTooLong'),
  EmptyBatchRequest: own('EmptyBatchRequest'),
  ExpiredToken: general('ExpiredTokenException', 'ExpiredToken', 403),
  IncompleteSignature: general('IncompleteSignatureException', 'IncompleteSignature'),
  InvalidAction: general('UnknownOperationException', 'InvalidAction'),
  InvalidAddress: own('InvalidAddress', 404, 'InvalidAddress'),
  InvalidAttributeName: own('InvalidAttributeName', 400, 'InvalidAttributeName'),
  InvalidAttributeValue: own('InvalidAttributeValue', 400, 'InvalidAttributeValue'),
  InvalidBatchEntryId: own('InvalidBatchEntryId'),
  InvalidClientTokenId: general('UnrecognizedClientException', 'InvalidClientTokenId', 403),
  InvalidMessageContents: own('InvalidMessageContents', 400, 'InvalidMessageContents'),
  InvalidParameterValue: general('InvalidParameterValueException', 'InvalidParameterValue'),
  MalformedInput: general('SerializationException', 'MalformedInput'),
  MessageNotInflight: own('MessageNotInflight'),
  MissingParameter: general('MissingRequiredParameterException', 'MissingParameter'),
  PurgeQueueInProgress: own('PurgeQueueInProgress', 403),
  QueueDeletedRecently: own('QueueDeletedRecently'),
  QueueDoesNotExist: own('QueueDoesNotExist', 400, 'AWS.SimpleQueueService.NonExistentQueue'),
  QueueNameExists: own('QueueNameExists', 400, 'QueueAlreadyExists'),
  ReceiptHandleIsInvalid: own('ReceiptHandleIsInvalid', 404, 'ReceiptHandleIsInvalid'),
  RequestExpired: general('RequestExpiredException', 'RequestExpired'),
  SignatureDoesNotMatch: general('InvalidSignatureException', 'SignatureDoesNotMatch', 403),
  TooManyEntriesInBatchRequest: own('TooManyEntriesInBatchRequest'),
  UnsupportedOperation: own('UnsupportedOperation'),
} satisfies Record<string, Wire>;

/** The errors that this SQS answers with, by the name that its documentation gives them. */
export type SqsErrorCode = keyof typeof wires;

/** A refused request. */
export class SqsError extends Error {
  override readonly name = 'SqsError';
  readonly code: SqsErrorCode;

  constructor(code: SqsErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return wires[this.code][0];
  }

  /** The `__type` of the answer's body. */
  get type(): string {
    return wires[this.code][1];
  }

  /** The first field of the header `x-amzn-query-error`, and the `Code` of a failed batch entry. */
  get queryCode(): string {
    return wires[this.code][2];
  }
}

/** What SQS says of a parameter whose value it does not take. */
export function invalidParameter(name: string, value: unknown, reason: string): SqsError {
  const message = `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`;
  return new SqsError('InvalidParameterValue', message);
}
