import { applyDefaults } from './defaults.ts';
import { mapsByRole, movesOf } from './moves.ts';

type Mapping = Record<string, unknown>;

/**
 * The object in the names of kOps's internal form, with the defaults that kOps fills in while it reads v1alpha2. The input
 * stays as it is; what has an unexpected type is carried along.
 */
export function toInternal(kind: string, value: unknown): unknown {
  if (!isMapping(value)) {
    return value;
  }
  const moves = movesOf(kind);
  const target: Mapping = {};
  copy(value, [], [], { moves, target });
  if (kind === 'Cluster') {
    convertCluster(value, target);
    applyDefaults(value, target);
  }
  if (kind === 'InstanceGroup') {
    renameRole(target);
  }
  convertHooks(target);
  return target;
}

interface Copying {
  readonly moves: Readonly<Record<string, string>>;
  readonly target: Mapping;
}

type Path = readonly (string | number)[];

function copy(value: unknown, from: Path, to: Path, copying: Copying): void {
  if (isMapping(value)) {
    place(copying.target, to, {});
    for (const [name, child] of Object.entries(value)) {
      const path = [...from, name];
      const move = copying.moves[path.map((segment) => (typeof segment === 'number' ? '*' : segment)).join('/')];
      copy(child, path, move === undefined ? [...to, name] : fill(move, path), copying);
    }
  } else if (Array.isArray(value)) {
    place(copying.target, to, []);
    for (const [index, child] of value.entries()) {
      copy(child, [...from, index], [...to, index], copying);
    }
  } else {
    place(copying.target, to, value);
  }
}

function fill(move: string, from: Path): Path {
  const indices = from.filter((segment) => typeof segment === 'number');
  return move.split('/').map((name) => (name === '*' ? (indices.shift() ?? 0) : name));
}

/** Puts a value at a path; what is there already as a mapping or a list stays, and is filled further. */
function place(target: Mapping, path: Path, value: unknown): void {
  let container = target as Container;
  for (const [index, segment] of path.entries()) {
    const existing = Object.hasOwn(container, segment) ? container[segment] : undefined;
    const next = path[index + 1];
    if (next === undefined) {
      define(container, segment, staysAs(existing, value) ? existing : value);
      return;
    }
    if (!isContainer(existing)) {
      define(container, segment, typeof next === 'number' ? [] : {});
    }
    container = container[segment] as Container;
  }
}

function staysAs(existing: unknown, value: unknown): boolean {
  return isContainer(existing) && (isEmpty(value) || !isEmpty(existing));
}

type Container = Record<string | number, unknown>;

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Own properties only: a key such as `__proto__` is data here. */
function define(container: Container, name: string | number, value: unknown): void {
  Object.defineProperty(container, name, { value, writable: true, enumerable: true, configurable: true });
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** What changes its form, not only its name. */
function convertCluster(file: Mapping, target: Mapping): void {
  const spec = childOf(target, 'spec');
  const given = childOf(file, 'spec');
  const cloud = given?.['cloudProvider'];
  if (spec === undefined || given === undefined) {
    return;
  }
  const providers = childOf(spec, 'cloudProvider') ?? {};
  // kOps drops what is configured for a cloud that is not the cluster's; a rule of its own says so before.
  define(
    spec,
    'cloudProvider',
    typeof cloud === 'string' && cloud !== '' ? { [fieldOf(cloud)]: providers[fieldOf(cloud)] ?? {} } : {},
  );
  invert(childOf(spec, 'networking'), 'tagSubnets');
  invert(childOf(childOf(spec, 'networking'), 'cilium'), 'masquerade');
  invert(childOf(childOf(spec, 'networking'), 'cilium'), 'installIptablesRules');
  invert(childOf(childOf(spec, 'networking'), 'canal'), 'flanneldIptablesForwardRules');
  for (const name of mapsByRole) {
    renameKey(childOf(spec, name), 'master', 'control-plane');
  }
  const dns = childOf(spec, 'externalDNS');
  if (dns?.['disable'] === true) {
    define(dns, 'provider', 'none');
  }
  const oidc = childOf(childOf(spec, 'authentication'), 'oidc');
  if (typeof oidc?.['groupsClaims'] === 'string') {
    define(oidc, 'groupsClaims', oidc['groupsClaims'].split(','));
  }
}

/** `digitalocean` is `do` in the internal form; the other providers keep their names. */
function fieldOf(cloudProvider: string): string {
  return cloudProvider === 'digitalocean' ? 'do' : cloudProvider;
}

function convertHooks(target: Mapping): void {
  const hooks = childOf(target, 'spec')?.['hooks'];
  for (const hook of Array.isArray(hooks) ? hooks.filter(isMapping) : []) {
    invert(hook, 'enabled');
    if (Array.isArray(hook['roles'])) {
      define(hook, 'roles', hook['roles'].map(toControlPlane));
    }
  }
}

function renameRole(target: Mapping): void {
  const spec = childOf(target, 'spec');
  if (spec !== undefined && Object.hasOwn(spec, 'role')) {
    define(spec, 'role', toControlPlane(spec['role']));
  }
}

function toControlPlane(role: unknown): unknown {
  return role === 'Master' ? 'ControlPlane' : role;
}

function invert(parent: Mapping | undefined, name: string): void {
  const flag = parent?.[name];
  if (parent !== undefined && typeof flag === 'boolean') {
    define(parent, name, !flag);
  }
}

function renameKey(map: Mapping | undefined, from: string, to: string): void {
  if (map !== undefined && Object.hasOwn(map, from)) {
    define(map, to, map[from]);
    delete map[from];
  }
}

function childOf(value: Mapping | undefined, name: string): Mapping | undefined {
  const child = value !== undefined && Object.hasOwn(value, name) ? value[name] : undefined;
  return isMapping(child) ? child : undefined;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
