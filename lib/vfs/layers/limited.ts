import type { Capabilities } from '../capabilities.ts';
import type { Layer } from '../driver.ts';
import { aroundCalls } from './around.ts';

/**
 * Takes capabilities away that a probe found the store not to honour, or to have smaller limits of. `Store` then
 * refuses them.
 *
 * A layer cannot add what the driver beneath does not do: a flag that is false there stays false.
 */
export function limited(found: Partial<Capabilities>): Layer {
  return (inner) => {
    const own: Readonly<Record<string, unknown>> = { ...inner.capabilities };
    const less = Object.entries(found).map(([name, value]) => [name, lesser(own[name], value)]);
    return {
      ...aroundCalls(inner, (call, run) => run(call.signal)),
      capabilities: { ...inner.capabilities, ...Object.fromEntries(less) },
    };
  };
}

/** What holds of both. */
function lesser(own: unknown, found: unknown): unknown {
  if (typeof own === 'number' && typeof found === 'number') {
    return Math.min(own, found);
  }
  if (Array.isArray(own) && Array.isArray(found)) {
    return own.filter((one) => found.includes(one));
  }
  if (isParts(own) && isParts(found)) {
    return {
      minSize: Math.max(own.minSize, found.minSize),
      maxSize: Math.min(own.maxSize, found.maxSize),
      maxCount: Math.min(own.maxCount, found.maxCount),
    };
  }
  return own === true && found === true;
}

function isParts(value: unknown): value is Capabilities['parts'] {
  return typeof value === 'object' && value !== null && 'minSize' in value;
}
