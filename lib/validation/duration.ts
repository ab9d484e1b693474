const unit = '(ns|us|µs|μs|ms|s|m|h)';
const number = '(\\d+(?:\\.\\d*)?|\\.\\d+)';
const whole = new RegExp(`^(?:${number}${unit})+$`);
const part = new RegExp(`${number}${unit}`, 'g');

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
};

/** What Go holds in 64 bits. */
const longest = 2 ** 63;

/** Reads a duration such as `1m30s` like Go's `time.ParseDuration`, in nanoseconds; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const body = text.replace(/^[-+]/, '');
  if (body !== '0' && !whole.test(body)) {
    return undefined;
  }
  const total = [...body.matchAll(part)].reduce(
    (sum, [, count = '', name = '']) => sum + Number(count) * (nanoseconds[name] ?? 0),
    0,
  );
  if (total > longest) {
    return undefined;
  }
  return text.startsWith('-') ? -total : total;
}

/** As Go prints a duration: `5m1s`, `1h0m0s`, `500ms`. */
export function formatDuration(duration: number): string {
  const [sign, left] = duration < 0 ? ['-', -duration] : ['', duration];
  if (left === 0) {
    return '0s';
  }
  if (left < 1e9) {
    const name = left < 1e3 ? 'ns' : left < 1e6 ? 'µs' : 'ms';
    return `${sign}${left / (nanoseconds[name] ?? 1)}${name}`;
  }
  const hours = Math.floor(left / 3_600e9);
  const minutes = Math.floor(left / 60e9) % 60;
  const seconds = (left % 60e9) / 1e9;
  return `${sign}${hours > 0 ? `${hours}h` : ''}${hours + minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}
