import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually.js';
import { findFreePort } from '../free-port.js';
import { CREDENTIALS, type S3Server } from './s3-server.js';
import {
  buildSwiftConfiguration,
  LAUNCHER_FILENAME,
  MEMCACHED_PATH,
  STORAGE_SERVERS,
} from './swift-configuration.js';

const PYTHON_PATH = '/usr/bin/python3';
/** One program from each required package. */
const SERVER_PATHS = ['proxy', 'account', 'container', 'object'].map(
  (name) => `/usr/bin/swift-${name}-server`,
);

/**
 * OpenStack Swift with the middlewares `s3api` and `tempauth`: an S3 server that verifies signatures,
 * stores headers and supports multipart uploads. Stores one replica on one device.
 */
export class SwiftServer implements S3Server {
  readonly name = 'OpenStack Swift';
  readonly hasFullS3Api = true;

  private constructor(
    readonly endpoint: string,
    private readonly directory: string,
    private readonly child: ChildProcess,
  ) {}

  /** Swift requires root, because it changes the user of its processes. */
  static isInstalled(): boolean {
    return (
      process.getuid?.() === 0 &&
      [...SERVER_PATHS, MEMCACHED_PATH].every((path) => existsSync(path))
    );
  }

  static async start(): Promise<SwiftServer> {
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-swift-'));
    const names = ['proxy', 'memcached', ...STORAGE_SERVERS] as const;
    const ports = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await findFreePort()] as const)),
    ) as Record<(typeof names)[number], number>;
    await mkdir(join(directory, 'devices', 'd1'), { recursive: true });
    for (const [name, text] of Object.entries(
      buildSwiftConfiguration(directory, ports, CREDENTIALS),
    )) {
      await writeFile(join(directory, name), text);
    }
    const servers = STORAGE_SERVERS.flatMap((name) => [name, String(ports[name])]);
    const args = [
      join(directory, LAUNCHER_FILENAME),
      directory,
      String(ports.memcached),
      ...servers,
    ];
    const child = spawn(PYTHON_PATH, args, { stdio: 'ignore' });
    const server = new SwiftServer(`http://127.0.0.1:${ports.proxy}`, directory, child);
    await eventually(() => server.isResponding(), {
      timeoutMs: 150_000,
      description: 'Swift to respond',
    }).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    return server;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const exitEvent = once(child, 'exit');
      child.kill('SIGKILL');
      await exitEvent;
    }
    // The servers end shortly after the process that started them.
    await rm(this.directory, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Stores an object, which requires the proxy and all storage servers. */
  private async isResponding(): Promise<boolean> {
    const { accessKeyId, secretAccessKey } = CREDENTIALS;
    const headers = { 'X-Auth-User': accessKeyId, 'X-Auth-Key': secretAccessKey };
    const login = await fetch(`${this.endpoint}/auth/v1.0`, { headers });
    const url = `${login.headers.get('x-storage-url')}/started`;
    const put = { method: 'PUT', headers: { 'X-Auth-Token': login.headers.get('x-auth-token')! } };
    return (await fetch(url, put)).ok && (await fetch(`${url}/object`, put)).ok;
  }
}
