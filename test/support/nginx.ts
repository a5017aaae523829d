import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually } from './eventually.js';
import { findFreePort } from './free-port.js';

/** Debian installs nginx in a folder that is not in the PATH of normal users. */
const PATH = [process.env.PATH, '/usr/sbin'].join(delimiter);
const SITE_URL = new URL('../../deploy/nginx/pressroom.conf', import.meta.url);

export const hasNginx = spawnSync('nginx', ['-v'], { env: { PATH } }).status === 0;

/** Runs an nginx for one test with the documented configuration. */
export class Nginx {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  /** @param ports local ports of the apps, which replace the upstream server in the configuration */
  static async startFor(ports: readonly number[]): Promise<Nginx> {
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-nginx-'));
    const port = await findFreePort();
    const site = (await readFile(SITE_URL, 'utf8'))
      .replace(/^ *server +app:3000(.*;)$/m, (_, rest: string) =>
        ports.map((appPort) => `  server 127.0.0.1:${appPort}${rest}`).join('\n'),
      )
      .replace(/listen +8080;/, `listen 127.0.0.1:${port};`);
    await writeFile(join(directory, 'site.conf'), site);
    const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    await writeFile(
      join(directory, 'nginx.conf'),
      `daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events {}
http {
  access_log off;
  ${folders.map((name) => `${name}_temp_path ${name};`).join('\n  ')}
  include site.conf;
}
`,
    );
    const child = spawn('nginx', ['-p', directory, '-c', 'nginx.conf', '-e', 'error.log'], {
      env: { PATH },
      stdio: 'ignore',
    });
    const nginx = new Nginx(`http://127.0.0.1:${port}`, child, directory);
    await eventually(() => isResponding(nginx.url), { description: 'nginx to respond' });
    return nginx;
  }

  get pid(): number {
    return this.child.pid!;
  }

  async stop(): Promise<void> {
    const exitEvent = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exitEvent;
    await rm(this.directory, { recursive: true });
  }
}

async function isResponding(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
