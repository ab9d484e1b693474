type Mapping = Record<string, unknown>;

/**
 * Fills in what kOps fills in while it reads v1alpha2 (`pkg/apis/kops/v1alpha2/defaults.go`): a topology with public DNS,
 * an API where the cloud is not OpenStack, RBAC where no authorization is given, `udp` for Flannel.
 */
export function applyDefaults(file: Mapping, target: Mapping): void {
  const spec = mappingAt(target, 'spec');
  if (spec === undefined) {
    return;
  }
  const networking = ensure(spec, 'networking');
  const topology = networking && ensure(networking, 'topology');
  if (topology !== undefined && (topology['dns'] === undefined || isEmptyMapping(topology['dns']))) {
    topology['dns'] = 'Public';
  }
  if (mappingAt(file, 'spec')?.['cloudProvider'] !== 'openstack') {
    ensure(spec, 'api');
  }
  const authorization = ensure(spec, 'authorization');
  if (authorization !== undefined && Object.keys(authorization).length === 0) {
    authorization['rbac'] = {};
  }
  const flannel = networking && mappingAt(networking, 'flannel');
  if (flannel !== undefined && (flannel['backend'] ?? '') === '') {
    flannel['backend'] = 'udp';
  }
}

/** The structure of this name, made where there is none; undefined where something else stands there. */
function ensure(parent: Mapping, name: string): Mapping | undefined {
  if (parent[name] === undefined || parent[name] === null) {
    parent[name] = {};
  }
  return mappingAt(parent, name);
}

function mappingAt(parent: Mapping, name: string): Mapping | undefined {
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : undefined;
}

function isEmptyMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
