/** Where one small Ceph cluster lives. */
export interface CephPlace {
  readonly fsid: string;
  /** Everything that the daemons write. */
  readonly directory: string;
  readonly monitorPort: number;
  readonly gatewayPort: number;
}

type Options = Readonly<Record<string, string | number | boolean>>;

/** Without authentication a session cannot be encrypted. The gateway asks for one all the same, and waits for five minutes; so all are told `crc`. */
const plainSessions = ['client', 'cluster', 'service', 'mon client', 'mon cluster', 'mon service'];

/** The configuration of the smallest cluster: one monitor, one OSD that keeps everything in memory, one gateway, all on loopback. */
export function cephConf({ fsid, directory, monitorPort, gatewayPort }: CephPlace): string {
  const sections: Readonly<Record<string, Options>> = {
    global: {
      fsid,
      'mon host': `[v2:127.0.0.1:${monitorPort}]`,
      'mon initial members': 'a',
      'public addr': '127.0.0.1',
      'cluster addr': '127.0.0.1',
      'auth cluster required': 'none',
      'auth service required': 'none',
      'auth client required': 'none',
      ...Object.fromEntries(plainSessions.map((who) => [`ms ${who} mode`, 'crc'])),
      'run dir': directory,
      'crash dir': directory,
      'log file': `${directory}/$name.log`,
      'osd pool default size': 1,
      'osd pool default min size': 1,
      'osd pool default pg num': 4,
      'osd pool default pgp num': 4,
      'osd pool default pg autoscale mode': 'off',
      'osd crush chooseleaf type': 0,
      'mon allow pool size one': true,
      'mon max pg per osd': 5000,
    },
    mon: { 'mon data': `${directory}/mon`, 'mon data avail crit': 1, 'paxos propose interval': 0.05 },
    osd: {
      'osd data': `${directory}/osd`,
      'osd objectstore': 'memstore',
      'memstore device bytes': 2 * 1024 ** 3,
      // The gateway's own operations on index objects are classes of the OSD.
      'osd class load list': '*',
      'osd class default list': '*',
      'osd max object name len': 2048,
    },
    'client.rgw': {
      'rgw data': `${directory}/rgw`,
      // Else a small answer waits 40 ms for an acknowledgement.
      'rgw frontends': `beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1`,
      'rgw override bucket index max shards': 1,
      'rgw rados pool pg num min': 4,
      'rgw enable usage log': false,
    },
  };
  return Object.entries(sections).map(textOf).join('\n');
}

function textOf([name, options]: [string, Options]): string {
  return [`[${name}]`, ...Object.entries(options).map(([option, value]) => `${option} = ${value}`), ''].join('\n');
}
