/** Where one small Swift lives. */
export interface SwiftPlace {
  /** Everything that the servers read and write. */
  readonly directory: string;
  readonly ports: SwiftPorts;
  readonly user: string;
  /** What Keystone knows Swift by. */
  readonly servicePassword: string;
}

export interface SwiftPorts {
  readonly keystone: number;
  readonly proxy: number;
  readonly account: number;
  readonly container: number;
  readonly object: number;
  readonly memcached: number;
}

type Section = Readonly<Record<string, string | number | boolean>>;

export const storageServers = ['account', 'container', 'object'] as const;

/** The order of what a request passes (Swift's deployment guide, with Keystone). Nothing is left out that a cloud has and the driver meets. */
const pipeline =
  'catch_errors gatekeeper healthcheck proxy-logging cache listing_formats bulk authtoken keystoneauth copy container-quotas account-quotas slo dlo versioned_writes symlink proxy-logging proxy-server';

/** Configuration files by name: the smallest Swift, of one device and one replica, on loopback. */
export function swiftFiles(place: SwiftPlace): Readonly<Record<string, string>> {
  const servers = storageServers.map((type) => [`${type}-server.conf`, storageConf(place, type)] as const);
  return {
    'swift.conf': conf({
      'swift-hash': { swift_hash_path_suffix: 'test', swift_hash_path_prefix: 'test' },
      'storage-policy:0': { name: 'Policy-0', default: 'yes' },
    }),
    'proxy-server.conf': proxyConf(place),
    ...Object.fromEntries(servers),
  };
}

function storageConf({ directory, ports, user }: SwiftPlace, type: (typeof storageServers)[number]): string {
  return conf({
    DEFAULT: {
      ...common(directory, ports[type], user),
      devices: `${directory}/devices`,
      mount_check: false,
      disable_fallocate: true,
      fallocate_reserve: 0,
    },
    'pipeline:main': { pipeline: `healthcheck ${type}-server` },
    [`app:${type}-server`]: {
      use: `egg:swift#${type}`,
      // Else an object whose container is busy for a second is listed only when a daemon has seen to it.
      container_update_timeout: 30,
    },
    'filter:healthcheck': { use: 'egg:swift#healthcheck' },
  });
}

function proxyConf({ directory, ports, user, servicePassword }: SwiftPlace): string {
  const keystone = `http://127.0.0.1:${ports.keystone}/v3`;
  const plain = {
    catch_errors: 'catch_errors',
    gatekeeper: 'gatekeeper',
    healthcheck: 'healthcheck',
    'proxy-logging': 'proxy_logging',
    listing_formats: 'listing_formats',
    bulk: 'bulk',
    copy: 'copy',
    'container-quotas': 'container_quotas',
    'account-quotas': 'account_quotas',
    slo: 'slo',
    dlo: 'dlo',
    symlink: 'symlink',
  };
  return conf({
    DEFAULT: common(directory, ports.proxy, user),
    'pipeline:main': { pipeline },
    'app:proxy-server': { use: 'egg:swift#proxy', account_autocreate: true, conn_timeout: 5, node_timeout: 30 },
    'filter:cache': { use: 'egg:swift#memcache', memcache_servers: `127.0.0.1:${ports.memcached}` },
    'filter:versioned_writes': {
      use: 'egg:swift#versioned_writes',
      allow_versioned_writes: true,
      allow_object_versioning: true,
    },
    'filter:authtoken': {
      'paste.filter_factory': 'keystonemiddleware.auth_token:filter_factory',
      www_authenticate_uri: keystone,
      auth_url: keystone,
      auth_type: 'password',
      project_domain_id: 'default',
      user_domain_id: 'default',
      project_name: 'service',
      username: 'swift',
      password: servicePassword,
      delay_auth_decision: 'True',
      cache: 'swift.cache',
      include_service_catalog: 'False',
      service_token_roles_required: 'True',
    },
    'filter:keystoneauth': {
      use: 'egg:swift#keystoneauth',
      operator_roles: 'admin, member',
      project_reader_roles: 'reader',
    },
    ...Object.fromEntries(Object.entries(plain).map(([name, egg]) => [`filter:${name}`, { use: `egg:swift#${egg}` }])),
  });
}

function common(directory: string, port: number, user: string): Section {
  return { bind_ip: '127.0.0.1', bind_port: port, workers: 0, user, swift_dir: directory, log_level: 'WARNING' };
}

/** The text of a configuration file. */
export function conf(sections: Readonly<Record<string, Section>>): string {
  const text = Object.entries(sections).map(([name, options]) =>
    [`[${name}]`, ...Object.entries(options).map(([option, value]) => `${option} = ${value}`), ''].join('\n'),
  );
  return text.join('\n');
}
