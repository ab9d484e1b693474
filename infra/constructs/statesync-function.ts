import { Duration } from 'aws-cdk-lib';
import { PolicyDocument as CdkPolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { PolicyDocument } from '../../lib/policy/policy-document.ts';
import { acknowledge, acknowledgePrefixes } from '../acknowledge.ts';

/** The longest that Lambda lets a function run; `workerLifetimeMs` of the replicator says the same. */
export const functionTimeout = Duration.minutes(15);

export interface StatesyncFunctionProps {
  /** The name of the function, and of its role. */
  readonly functionName: string;
  readonly description: string;
  readonly code: Code;
  /** All that the function may do, beside writing its own log. */
  readonly policy: PolicyDocument;
  readonly environment: Readonly<Record<string, string>>;
  /** In MiB. @default 512 */
  readonly memorySize?: number;
  /** How long its log is kept. @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays;
}

/** A function over a bundle of ours, with a role that may do what the policy says and nothing else. */
export class StatesyncFunction extends Construct {
  readonly functionName: string;
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: StatesyncFunctionProps) {
    super(scope, id);
    this.functionName = props.functionName;
    const { functionName, policy, memorySize = 512, logRetention = RetentionDays.THREE_MONTHS } = props;
    this.logGroup = new LogGroup(this, 'Log', { retention: logRetention });
    const writeLog = new PolicyStatement({
      sid: 'WriteLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [this.logGroup.logGroupArn],
    });
    const role = new Role(this, 'Role', {
      roleName: functionName,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        statesync: CdkPolicyDocument.fromJson(policy),
        log: new CdkPolicyDocument({ statements: [writeLog] }),
      },
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: props.description,
      code: props.code,
      role,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      memorySize,
      timeout: functionTimeout,
      logGroup: this.logGroup,
      environment: { ...props.environment },
    });
    acknowledgePrefixes(role, policy);
    acknowledge(this.function, 'L1', 'docs/decisions/0001-tools.md says why Node 22.');
  }
}
