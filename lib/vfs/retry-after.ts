/**
 * Milliseconds that an answer asks to wait, by its header `Retry-After`: seconds, or a date, which counts from the answer's own `Date`. Undefined where it
 * says nothing of the kind (RFC 9110, "Retry-After").
 */
export function retryAfter(text: string | undefined, date: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.parse(date ?? '');
  return ms >= 0 ? ms : undefined;
}
