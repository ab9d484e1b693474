/** Why a request failed, as the server answers it (Kubernetes API conventions, "Response Status Kind"). */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string | undefined;
  readonly details: object | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    details?: object,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.headers = headers;
  }

  get body(): object {
    const { code, reason, message, details } = this;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

export function notFound(resource: string, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${resource} "${name}" not found`, { name, kind: resource });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** The object is in another state than was asked for. */
export function conflict(name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on secrets "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, { name, kind: 'secrets' });
}

/** A field holds what it cannot hold. */
export function invalid(name: string, field: string, reason: string, why: string): StatusError {
  const causes = [{ reason, message: why, field }];
  const message = `Secret "${name}" is invalid: ${field}: ${why}`;
  return new StatusError(422, 'Invalid', message, { name, kind: 'Secret', causes });
}
