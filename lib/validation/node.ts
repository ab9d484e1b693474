import { type FieldPath, propertyOf, type Segment } from './field-path.ts';
import type { KopsObject } from './kops-object.ts';

/**
 * A place in an object of kOps's API, whether or not something is there: what rules read.
 *
 * Any input is safe to walk: a value of another type than the one asked for counts as absent, since the schema rules have
 * said so already.
 */
export class Node {
  /** The object that this is a part of. */
  readonly object: KopsObject;
  /** From the root of the object, in the names of kOps's internal form, as its error messages have them. */
  readonly path: FieldPath;
  readonly value: unknown;

  constructor(object: KopsObject, path: FieldPath, value: unknown) {
    this.object = object;
    this.path = path;
    this.value = value;
  }

  /** What lies further in. Numbers are indices of a list. */
  at(...segments: readonly Segment[]): Node {
    let value = this.value;
    for (const segment of segments) {
      value = childOf(value, propertyOf(segment));
    }
    return new Node(this.object, [...this.path, ...segments], value);
  }

  /** Whether anything but null is there. */
  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** A text that is not empty; kOps reads an empty one as absent. */
  get text(): string | undefined {
    return typeof this.value === 'string' && this.value !== '' ? this.value : undefined;
  }

  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }

  get flag(): boolean | undefined {
    return typeof this.value === 'boolean' ? this.value : undefined;
  }

  /** The elements of a list; none where there is no list. */
  get items(): readonly Node[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.at(index)) : [];
  }

  /** The entries of a map (not of a structure with fields of its own), by key. */
  get entries(): readonly (readonly [string, Node])[] {
    return isMapping(this.value) ? Object.keys(this.value).map((key) => [key, this.at({ key })] as const) : [];
  }

  /** The fields of a structure that are there, by name. */
  get fields(): readonly (readonly [string, Node])[] {
    return isMapping(this.value)
      ? Object.keys(this.value)
          .map((name) => [name, this.at(name)] as const)
          .filter(([, node]) => node.present)
      : [];
  }

  /** The texts of a list. */
  get texts(): readonly string[] {
    return this.items.map(({ text }) => text).filter((text) => text !== undefined);
  }
}

function childOf(value: unknown, property: string | number): unknown {
  if (typeof property === 'number') {
    return Array.isArray(value) ? value[property] : undefined;
  }
  return isMapping(value) && Object.hasOwn(value, property) ? value[property] : undefined;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
