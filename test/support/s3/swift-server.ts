import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually.js';
import { freePort } from '../free-port.js';
import { CREDENTIALS, type S3Server } from './s3-server.js';
import { configuration, LAUNCHER, STORAGE_SERVERS } from './swift-configuration.js';

const run = promisify(execFile);
const PROGRAMS = ['/usr/bin/swift-proxy-server', '/usr/bin/swift-ring-builder'];
const MEMCACHED = '/usr/bin/memcached';

/**
 * OpenStack Swift with the middlewares `s3api` and `tempauth`: an S3 server that verifies signatures,
 * stores headers and supports multipart uploads. One replica on one device, on loopback.
 */
export class SwiftServer implements S3Server {
  readonly name = 'OpenStack Swift';
  readonly isComplete = true;

  private constructor(
    readonly endpoint: string,
    private readonly directory: string,
    private readonly children: ChildProcess[],
  ) {}

  /** Swift needs root, because it gives its processes a user. */
  static isInstalled(): boolean {
    return process.getuid?.() === 0 && [...PROGRAMS, MEMCACHED].every((path) => existsSync(path));
  }

  static async start(): Promise<SwiftServer> {
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-swift-'));
    const names = ['proxy', 'memcached', ...STORAGE_SERVERS] as const;
    const ports = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
    ) as Record<(typeof names)[number], number>;
    await mkdir(join(directory, 'devices', 'd1'), { recursive: true });
    for (const [name, text] of Object.entries(configuration(directory, ports, CREDENTIALS))) {
      await writeFile(join(directory, name), text);
    }
    await Promise.all(STORAGE_SERVERS.map((name) => buildRing(directory, name, ports[name])));

    const memcached = ['-l', '127.0.0.1', '-p', String(ports.memcached), '-U', '0', '-u', 'root'];
    const children = [
      spawn(MEMCACHED, memcached, { stdio: 'ignore' }),
      ...['proxy', ...STORAGE_SERVERS].map((name) =>
        spawn('/usr/bin/python3', [join(directory, LAUNCHER), directory, name], {
          stdio: 'ignore',
        }),
      ),
    ];
    children.forEach((child) => running.add(child));
    const server = new SwiftServer(`http://127.0.0.1:${ports.proxy}`, directory, children);
    await eventually(() => server.answers(), { timeoutMs: 60_000, what: 'Swift to answer' }).catch(
      async (error: unknown) => {
        await server.stop();
        throw error;
      },
    );
    return server;
  }

  async stop(): Promise<void> {
    for (const child of this.children) {
      running.delete(child);
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  /** The proxy and the servers behind it: an object needs all of them. */
  private async answers(): Promise<boolean> {
    const { accessKeyId, secretAccessKey } = CREDENTIALS;
    const headers = { 'X-Auth-User': accessKeyId, 'X-Auth-Key': secretAccessKey };
    const login = await fetch(`${this.endpoint}/auth/v1.0`, { headers });
    const url = `${login.headers.get('x-storage-url')}/started`;
    const put = { method: 'PUT', headers: { 'X-Auth-Token': login.headers.get('x-auth-token')! } };
    return (await fetch(url, put)).ok && (await fetch(`${url}/object`, put)).ok;
  }
}

async function buildRing(directory: string, name: string, port: number): Promise<void> {
  const builder = join(directory, `${name}.builder`);
  await run(PROGRAMS[1], [builder, 'create', '4', '1', '0']);
  await run(PROGRAMS[1], [builder, 'add', `r1z1-127.0.0.1:${port}/d1`, '1']);
  await run(PROGRAMS[1], [builder, 'rebalance']);
}

/** A test run that breaks off leaves no server behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));
