/** Runs a program of Swift with a `swift.conf` of its own: the path is fixed in its code. Arguments: the file, the program, its arguments. */
export const withOwnConf = `
import sys, runpy
import swift.common.utils as utils
utils.SWIFT_CONF_FILE = sys.argv[1]
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name='__main__')
`;

/** Makes the rings: one device, one replica. Arguments: the directory, and the ports of the account, container and object server. */
export const makeRings = `
import sys
from swift.common.ring import RingBuilder
directory, ports = sys.argv[1], [int(port) for port in sys.argv[2:]]
for name, port in zip(('account', 'container', 'object'), ports):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev(dict(id=0, region=1, zone=1, ip='127.0.0.1', port=port, device='d1', weight=1,
                         replication_ip='127.0.0.1', replication_port=port, meta=''))
    builder.rebalance()
    builder.get_ring().save('%s/%s.ring.gz' % (directory, name))
`;

/** Fails where files cannot have as much metadata as Swift writes. Argument: a directory. */
export const tryAttributes = `
import os, sys
path = os.path.join(sys.argv[1], 'attributes')
open(path, 'w').close()
os.setxattr(path, 'user.swift.metadata', b'a' * 8192)
os.remove(path)
`;

/** Says the versions of Swift and Keystone; fails where a part is missing. */
export const tellVersions = `
import importlib.metadata as metadata
import swift, keystonemiddleware
print(swift.__version__, metadata.version('keystone'))
`;

/** Lets one write to Keystone's database while another reads: it uses several connections for one request. Argument: the file. */
export const letReadWhileWriting = `
import sqlite3, sys
sqlite3.connect(sys.argv[1]).execute('pragma journal_mode=wal')
`;
