/** Checks of the SQS contract that moto 5.2.1 fails, and what it does instead. */
export const motoSqsDeviations: Readonly<Record<string, string>> = {
  'the name of a deleted queue cannot be used again at once': 'makes the queue',
  'queues are listed page by page': 'ignores MaxResults and lists all',
  'a queue tells in whole seconds when it was made and changed': 'tells fractions of seconds',
  'an unknown attribute is refused': 'takes it',
  'a value out of the range of its attribute is refused': 'takes it',
  'the count of a redrive policy is 1 to 1000': 'takes any count',
  'the dead-letter queue of a redrive policy must exist': 'refuses it, as QueueDoesNotExist',
  'a purge is allowed once a minute': 'purges again',
  'another account is refused where the queue has no policy': 'says that the queue does not exist',
  "another account gets in by the queue's policy, but never to change or delete the queue":
    'looks for every queue in the account of the caller, whatever its URL says',
  'a receipt handle that nobody issued is refused': 'refuses it with status 400 in place of 404',
  'the visibility of a message that is not in flight cannot be changed': 'changes it',
  'a message without a body is refused': 'takes it',
  'a message with characters that SQS does not carry is refused': 'takes it',
  'the attributes of a message count in its size, with their names and types': 'counts the body only',
  'a dead letter tells where it came from, and goes on counting its receipts': 'tells neither',
  'of a batch that is sent, an entry that fails fails alone': 'sends it, as it does alone',
};

/** Checks of the STS contract that moto 5.2.1 fails without its authentication mode, and what it does instead. */
export const motoStsDeviations: Readonly<Record<string, string>> = {
  'a caller is told its account, its ARN and its id': 'tells an id without the prefix AIDA',
  'the name of a session has at least 2 characters': 'takes one character',
  'the name of a session has at most 64 characters, and no space among them': 'takes any name',
  'a session lasts from 15 minutes to an hour': 'takes any duration',
  'a role that does not trust the caller is denied, in the words that name both': 'lets anybody assume it',
  'a role that does not exist is denied': 'gives out credentials of a role that is not there',
  'a role with an external id is denied without it, and with another': 'does not look at the external id',
  'a session can assume a role that trusts its own role, and no other': 'lets anybody assume it',
  'a wrong secret, an unknown key and a missing session token are refused': 'does not verify signatures',
};
