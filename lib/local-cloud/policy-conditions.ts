/** The `Condition` element of a statement: operator → condition key → value or values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What is known of one request: condition key in lower case → its value. A key that does not apply is left out. */
export type RequestContext = Readonly<Record<string, string>>;

type Comparison = (actual: string, wanted: string) => boolean;

/** Operators whose answer is "one of the wanted values matches". */
const positive: Readonly<Record<string, Comparison>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringLike: (actual, wanted) => matchesPattern(wanted, actual),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (actual, wanted) => actual === wanted.toLowerCase(),
};

/** Operators that hold when their positive twin does not, and also when the key is absent. */
const negated: Readonly<Record<string, Comparison>> = {
  StringNotEquals: (actual, wanted) => actual === wanted,
  StringNotLike: (actual, wanted) => matchesPattern(wanted, actual),
  ArnNotEquals: matchesArn,
  ArnNotLike: matchesArn,
};

const knownKeys = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  's3:delimiter',
  's3:if-match',
  's3:if-none-match',
  's3:objectcreationoperation',
  's3:prefix',
  's3:resourceaccount',
  's3:versionid',
  's3:x-amz-acl',
  's3:x-amz-copy-source',
  's3:x-amz-metadata-directive',
  's3:x-amz-server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:x-amz-storage-class',
  'sts:externalid',
]);

/** Whether every operator, and every key under it, holds for the request. */
export function conditionsHold(block: ConditionBlock, context: RequestContext): boolean {
  return Object.entries(block).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key.toLowerCase()], valueList(wanted))),
  );
}

/**
 * What in the block this evaluator cannot judge, in words, or undefined when it can judge all of it.
 * A condition that is not understood must never be passed over: it would grant more than its author meant.
 */
export function unsupportedCondition(block: ConditionBlock): string | undefined {
  for (const [operator, keys] of Object.entries(block)) {
    const base = baseOperator(operator);
    if (base !== 'Null' && positive[base] === undefined && negated[base] === undefined) {
      return `condition operator "${operator}"`;
    }
    const unknown = Object.keys(keys).find((key) => !knownKeys.has(key.toLowerCase()));
    if (unknown !== undefined) {
      return `condition key "${unknown}"`;
    }
  }
  return undefined;
}

/** Whether text fits a pattern in which `*` stands for any run of characters and `?` for one. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!pattern.includes('*') && !pattern.includes('?')) {
    return pattern === text;
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(text);
}

/** One value or a list of them, as a list: the policy language allows both everywhere. */
export function valueList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function holds(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  const base = baseOperator(operator);
  if (base === 'Null') {
    return wanted.includes(String(actual === undefined));
  }
  if (actual === undefined) {
    return operator !== base || negated[base] !== undefined;
  }
  const matches = positive[base];
  if (matches !== undefined) {
    return wanted.some((value) => matches(actual, value));
  }
  const excludes = negated[base];
  return excludes !== undefined && !wanted.some((value) => excludes(actual, value));
}

function baseOperator(operator: string): string {
  return operator.endsWith('IfExists') ? operator.slice(0, -'IfExists'.length) : operator;
}

/** ARNs are compared field by field: a wildcard does not reach across a colon, but for the last field's own. */
function matchesArn(actual: string, wanted: string): boolean {
  const got = arnFields(actual);
  const patterns = arnFields(wanted);
  return patterns.length === got.length && patterns.every((field, index) => matchesPattern(field, got[index] ?? ''));
}

function arnFields(arn: string): readonly string[] {
  const fields = arn.split(':');
  return fields.length > 6 ? [...fields.slice(0, 5), fields.slice(5).join(':')] : fields;
}
