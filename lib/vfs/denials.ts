import type { Capabilities } from './capabilities.ts';
import type { Flag } from './probe-objects.ts';

/**
 * What a store does not honour of what its driver declares, after a probe of it: what an entry of the configuration pins, so that the
 * driver never relies on it.
 */
export function denialsOf(declared: Capabilities, found: Partial<Capabilities>): Partial<Capabilities> {
  const flags = (Object.keys(found) as (Flag | 'writeVerifies')[]).filter(
    (name) => name !== 'writeVerifies' && declared[name] && found[name] === false,
  );
  const { writeVerifies } = found;
  const fewer = writeVerifies !== undefined && declared.writeVerifies.some((name) => !writeVerifies.includes(name));
  return { ...Object.fromEntries(flags.map((name) => [name, false])), ...(fewer ? { writeVerifies } : {}) };
}

/** Whether a pin denies all that these denials do. */
export function isDenied(pinned: Partial<Capabilities>, [name, value]: readonly [string, unknown]): boolean {
  const said: unknown = pinned[name as keyof Capabilities];
  return Array.isArray(value) ? Array.isArray(said) && said.every((one) => value.includes(one)) : said === value;
}
