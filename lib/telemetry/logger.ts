/** What a log line may carry beside its name: plain values only, so that no object with a secret in it is ever spread into a log. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | readonly string[] | Readonly<Record<string, number>> | undefined>
>;

export type LogLevel = 'info' | 'warn' | 'error';

/** Writes one JSON line an event. */
export interface Logger {
  log(level: LogLevel, event: string, fields?: LogFields): void;
}

/** A logger that adds `base` to every line: the version of the configuration, the request's id. */
export function createLogger(write: (line: string) => void, base: LogFields): Logger {
  return {
    log: (level, event, fields = {}) => write(JSON.stringify({ level, event, ...base, ...fields })),
  };
}
