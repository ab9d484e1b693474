/** An IAM policy as plain JSON, in the words of the IAM policy language. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Resource policies only. */
  readonly Principal?:
    | '*'
    | { readonly AWS: string | readonly string[] }
    | { readonly Service: string | readonly string[] };
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  /** Operator → condition key → value. */
  readonly Condition?: Conditions;
}

export type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A policy of these statements. */
export function policyOf(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** The statement with further conditions; all must hold. */
export function narrowed(statement: PolicyStatement, conditions: Conditions): PolicyStatement {
  const merged = { ...statement.Condition };
  for (const [operator, keys] of Object.entries(conditions)) {
    merged[operator] = { ...merged[operator], ...keys };
  }
  return { ...statement, Condition: merged };
}
