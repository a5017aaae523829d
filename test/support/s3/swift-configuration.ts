import { join } from 'node:path';

export const STORAGE_SERVERS = ['account', 'container', 'object'] as const;
export type StorageServer = (typeof STORAGE_SERVERS)[number];

/** Starts one server of Swift in the foreground, with the configuration in a directory. */
export const LAUNCHER = 'launch.py';

const LAUNCH = `
import sys
from swift.common import utils, wsgi
directory, name = sys.argv[1:]
utils.set_swift_dir(directory)
options = {}
if name == 'object':
    from swift.obj import server
    options['global_conf_callback'] = server.global_conf_callback
sys.exit(wsgi.run_wsgi(directory + '/' + name + '-server.conf', name + '-server', **options))
`;

/** Returns the files of a Swift with one device, by name. */
export function configuration(
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
    [LAUNCHER]: LAUNCH,
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
