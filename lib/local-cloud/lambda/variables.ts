/** The temporary credentials of a function's role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch. An environment is not used for an invocation that could outlive it. */
  readonly expiresAt?: number;
}

/** What the environment of a function's process says of the function. */
export interface FunctionIdentity {
  readonly name: string;
  readonly handler: string;
  readonly root: string;
  readonly region: string;
  readonly memoryMb: number;
  readonly variables?: Readonly<Record<string, string>>;
}

/** All environment variables of a function's process: those that Lambda defines, the credentials, and its own. */
export function environmentVariables(
  { name, handler, root, region, memoryMb, variables }: FunctionIdentity,
  credentials: RoleCredentials | undefined,
): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: root,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    ...credentialVariables(credentials),
    ...variables,
  };
}

function credentialVariables(credentials: RoleCredentials | undefined): Record<string, string> {
  if (credentials === undefined) {
    return {};
  }
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
}
