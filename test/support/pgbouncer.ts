import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';
import { eventually } from './eventually.js';
import { findFreePort } from './free-port.js';

/** Debian installs PgBouncer in a folder that is not in the PATH of normal users. */
const PATH = [process.env.PATH, '/usr/sbin'].join(delimiter);

export const hasPgBouncer = spawnSync('pgbouncer', ['--version'], { env: { PATH } }).status === 0;

export type PoolMode = 'session' | 'transaction';

interface PgBouncerOptions {
  /** Default: `transaction`. */
  mode?: PoolMode;
  /** Number of connections to PostgreSQL. The default of 4 is lower than the number that an app opens to PgBouncer. */
  poolSize?: number;
}

/** Runs a PgBouncer for one test. */
export class PgBouncer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  static async startFor(
    databaseUrl: string,
    { mode = 'transaction', poolSize = 4 }: PgBouncerOptions = {},
  ): Promise<PgBouncer> {
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-pgbouncer-'));
    const port = await findFreePort();
    const target = new URL(databaseUrl);
    const name = target.pathname.slice(1);
    const config = `[databases]
${name} = host=${target.hostname} port=${target.port} user=${target.username} password=${target.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${poolSize}
max_client_conn = 200
`;
    const path = join(directory, 'pgbouncer.ini');
    await writeFile(path, config);
    await Promise.all([chmod(directory, 0o755), chmod(path, 0o644)]);
    // PgBouncer refuses to run as root.
    const user = process.getuid?.() === 0 ? ['--user=nobody'] : [];
    const child = spawn('pgbouncer', ['--quiet', ...user, path], {
      env: { PATH },
      stdio: 'ignore',
    });
    const pgBouncer = new PgBouncer(`postgres://any@127.0.0.1:${port}/${name}`, child, directory);
    await eventually(() => isResponding(pgBouncer.url), { description: 'PgBouncer to respond' });
    return pgBouncer;
  }

  async stop(): Promise<void> {
    const exitEvent = once(this.child, 'exit');
    this.child.kill('SIGINT');
    await exitEvent;
    await rm(this.directory, { recursive: true });
  }
}

async function isResponding(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}
