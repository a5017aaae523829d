import { join } from 'node:path';

export const STORAGE_SERVERS = ['account', 'container', 'object'] as const;
export type StorageServer = (typeof STORAGE_SERVERS)[number];

export const MEMCACHED_PATH = '/usr/bin/memcached';

/** File name of the script that builds the rings and starts all Swift servers with the configuration in a directory. */
export const LAUNCHER_FILENAME = 'launch.py';

/** Imports the modules once and then forks, which is four times as fast as Swift's own commands. */
const LAUNCHER_SCRIPT = `
import ctypes, os, signal, sys
from swift.common import utils
directory, ports = sys.argv[1], sys.argv[2:]
utils.set_swift_dir(directory)
from swift.common import wsgi
from swift.common.ring import RingBuilder
import swift.account.server, swift.container.server, swift.obj.server, swift.proxy.server

def die_with_parent():
    # PR_SET_PDEATHSIG: no server outlives the test run.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)

die_with_parent()
memcached = ports.pop(0)
if os.fork() == 0:
    die_with_parent()
    os.execv('${MEMCACHED_PATH}', ['memcached', '-l', '127.0.0.1', '-p', memcached, '-U', '0', '-u', 'root'])
servers = dict(zip(ports[0::2], map(int, ports[1::2])))
for name, port in servers.items():
    builder = RingBuilder(4, 1, 0)
    address = {'ip': '127.0.0.1', 'port': port, 'replication_ip': '127.0.0.1', 'replication_port': port}
    builder.add_dev({'region': 1, 'zone': 1, 'device': 'd1', 'weight': 1, 'meta': '', **address})
    builder.rebalance()
    builder.get_ring().save('%s/%s.ring.gz' % (directory, name))

for name in [*servers, 'proxy']:
    if os.fork() == 0:
        die_with_parent()
        callback = swift.obj.server.global_conf_callback if name == 'object' else None
        options = {'global_conf_callback': callback} if callback else {}
        conf = '%s/%s-server.conf' % (directory, name)
        sys.exit(wsgi.run_wsgi(conf, name + '-server', **options))
signal.pause()
`;

/** Returns the configuration files of a Swift installation with one device, by file name. */
export function buildSwiftConfiguration(
  directory: string,
  ports: Record<StorageServer | 'proxy' | 'memcached', number>,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
): Record<string, string> {
  const common = (port: number) => `
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = root
workers = 0
swift_dir = ${directory}
devices = ${join(directory, 'devices')}
mount_check = false
fallocate_reserve = 0
log_level = ERROR
`;
  const [account, user] = accessKeyId.split(':');
  return {
    [LAUNCHER_FILENAME]: LAUNCHER_SCRIPT,
    'swift.conf': '[swift-hash]\nswift_hash_path_suffix = pressroom\n',
    ...Object.fromEntries(
      STORAGE_SERVERS.map((name) => [
        `${name}-server.conf`,
        `${common(ports[name])}
[pipeline:main]
pipeline = ${name}-server
[app:${name}-server]
use = egg:swift#${name}
allow_versions = true
`,
      ]),
    ),
    'proxy-server.conf': `${common(ports.proxy)}
[pipeline:main]
pipeline = catch_errors gatekeeper cache bulk s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
error_suppression_interval = 0
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${ports.memcached}
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_${account}_${user} = ${secretAccessKey} .admin
user_${account}_reader = ${secretAccessKey}
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
`,
  };
}
