import type { Capabilities } from '../capabilities.ts';
import type { Layer } from '../driver.ts';
import { aroundCalls } from './around.ts';

/**
 * Takes capabilities away that a probe found the store not to honour, or to have smaller limits of. `Store` then refuses them.
 *
 * A layer cannot add what the driver beneath does not do: a flag that is false there stays false.
 */
export function limited(found: Partial<Capabilities>): Layer {
  return (inner) => {
    const capabilities: Record<string, unknown> = { ...inner.capabilities };
    for (const [name, value] of Object.entries(found)) {
      if (capabilities[name] !== false) {
        capabilities[name] = value;
      }
    }
    return {
      ...aroundCalls(inner, (call, run) => run(call.signal)),
      capabilities: capabilities as unknown as Capabilities,
    };
  };
}
