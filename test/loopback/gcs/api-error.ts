/** An error of the JSON API: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  /** The document that goes with the status. */
  get document(): object {
    const error = { message: this.message, domain: 'global', reason: this.reason };
    return { error: { code: this.status, message: this.message, errors: [error] } };
  }
}

export function invalid(message: string): ApiError {
  return new ApiError(400, 'invalid', message);
}

export function noObject(bucket: string, name: string): ApiError {
  return new ApiError(404, 'notFound', `No such object: ${bucket}/${name}`);
}

export function noBucket(): ApiError {
  return new ApiError(404, 'notFound', 'The specified bucket does not exist.');
}

export function conditionNotMet(): ApiError {
  return new ApiError(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
}
