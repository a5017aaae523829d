import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually.js';
import { freePort } from '../free-port.js';
import { CREDENTIALS, type S3Server } from './s3-server.js';
import { configuration, LAUNCHER, MEMCACHED, STORAGE_SERVERS } from './swift-configuration.js';

const PYTHON = '/usr/bin/python3';
/** One of each package. */
const PROGRAMS = ['proxy', 'account', 'container', 'object'].map(
  (name) => `/usr/bin/swift-${name}-server`,
);

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
    private readonly child: ChildProcess,
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
    const servers = STORAGE_SERVERS.flatMap((name) => [name, String(ports[name])]);
    const command = [join(directory, LAUNCHER), directory, String(ports.memcached), ...servers];
    const child = spawn(PYTHON, command, { stdio: 'ignore' });
    const server = new SwiftServer(`http://127.0.0.1:${ports.proxy}`, directory, child);
    await eventually(() => server.answers(), { timeoutMs: 150_000, what: 'Swift to answer' }).catch(
      async (error: unknown) => {
        await server.stop();
        throw error;
      },
    );
    return server;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    // The servers end just after the process that started them.
    await rm(this.directory, { recursive: true, force: true, maxRetries: 10 });
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
