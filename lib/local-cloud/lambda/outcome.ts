/** What an invocation came to, as the `Invoke` API reports it. */
export interface InvocationResult {
  readonly requestId: string;
  /** Set when the function failed; the payload then is an error object. */
  readonly functionError?: 'Unhandled';
  /** JSON text: what the handler returned, or `{"errorType", "errorMessage", "stackTrace"?}`. */
  readonly payload: string;
  /** Whether an execution environment was started for it. */
  readonly coldStart: boolean;
  /** From the call to the answer, in milliseconds. */
  readonly durationMs: number;
}

/** How an invocation ended, before it is told as an {@link InvocationResult}. */
export interface Ending {
  readonly failed: boolean;
  readonly payload: string;
}

/** The ending that Lambda reports for an environment that used up its time. */
export function timedOut(requestId: string, seconds: number): Ending {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return { failed: true, payload: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }) };
}

/** The ending that Lambda reports for a process that was gone before it answered. */
export function exited(requestId: string, code: number | null, signal: NodeJS.Signals | null): Ending {
  const errorMessage = `RequestId: ${requestId} Error: ${exitReason(code, signal)}`;
  return { failed: true, payload: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }) };
}

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) {
    return `Runtime exited with error: signal: ${SIGNAL_WORDS[signal] ?? signal}`;
  }
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
}

const SIGNAL_WORDS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGTERM: 'terminated',
  SIGSEGV: 'segmentation fault',
};
