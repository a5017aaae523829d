import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  copyFile,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { Env } from '../../src/platform/config/env.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createRedis } from '../support/redis.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const INSTALL_TIMEOUT_MS = 240_000;

/** Returns the test's environment without the variables that npm or the app reads. */
function buildEnvironment(settings: Partial<Record<keyof Env, string>> = {}): NodeJS.ProcessEnv {
  const appSettings = new Set(Object.keys(new Env()));
  const inherited = Object.entries(process.env).filter(
    ([name]) => !appSettings.has(name) && name !== 'NODE_ENV' && !/^npm_(?!config_)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...settings };
}

function runCommand(folder: string, command: string, args: string[], env = buildEnvironment()) {
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    execFile(command, args, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Links the files of a folder into a new folder, in a tenth of the time that `npm ci` takes to unpack them. */
async function linkTree(source: string, target: string): Promise<void> {
  await mkdir(target);
  const entries = await readdir(source, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [from, to] = [join(source, entry.name), join(target, entry.name)];
      if (entry.isDirectory()) return linkTree(from, to);
      if (entry.isSymbolicLink()) return symlink(await readlink(from), to);
      // A temporary folder on another file system cannot have links to these files.
      return link(from, to).catch(() => copyFile(from, to));
    }),
  );
}

describe('An installation without development dependencies', () => {
  let folder: string;
  let database: TestDatabase;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-omit-dev-'));
    for (const name of ['package.json', 'package-lock.json', '.npmrc', 'bin', 'dist']) {
      await cp(join(ROOT, name), join(folder, name), { recursive: true });
    }
    await linkTree(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const pruneArgs = [
      'prune',
      '--omit=dev',
      '--ignore-scripts',
      '--offline',
      '--no-audit',
      '--no-fund',
    ];
    const pruning = await runCommand(folder, 'npm', pruneArgs);
    if (pruning.exitCode !== 0) throw new Error(`npm prune failed:\n${pruning.stderr}`);
    database = await createDatabase();
    env = buildEnvironment({
      PORT: '0',
      LOG_FORMAT: 'json',
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: database.url,
      REDIS_URL: (await createRedis()).url,
    });
  }, INSTALL_TIMEOUT_MS);
  afterAll(async () => {
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'An installation without development dependencies starts with the existing build and builds nothing',
    { timeout: 120_000 },
    async () => {
      expect(existsSync(join(folder, 'node_modules', 'vite'))).toBe(false);
      const marker = join(folder, 'dist', 'build.json');
      const { mtimeMs } = await stat(marker);
      const npm = spawn('npm', ['start'], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const closeEvent = once(npm, 'close');
      let output = '';
      try {
        npm.stderr.on('data', (text: Buffer) => (output += text.toString()));
        const port = await new Promise<number>((resolve, reject) => {
          createInterface({ input: npm.stdout }).on('line', (line) => {
            output += `${line}\n`;
            if (!line.includes('Pressroom listens on')) return;
            resolve((JSON.parse(line) as { port: number }).port);
          });
          npm.once('close', () => reject(new Error(`npm start ended:\n${output}`)));
        });
        const readinessResponse = await fetch(`http://127.0.0.1:${port}/health/ready`);
        expect([readinessResponse.status, await readinessResponse.json()]).toEqual([
          200,
          expect.objectContaining({ status: 'ok' }),
        ]);
        const page = await fetch(`http://127.0.0.1:${port}/`);
        expect(await page.text()).toContain('<title>');
        expect((await stat(marker)).mtimeMs).toBe(mtimeMs);
        expect(output).not.toContain('nest build');
      } finally {
        // Signals the process group, which stops the app even if npm does not forward the signal.
        if (npm.exitCode === null) process.kill(-npm.pid!, 'SIGTERM');
        await closeEvent;
      }
    },
  );

  it('An installation without development dependencies supports npm run verify', async () => {
    const verification = await runCommand(
      folder,
      'npm',
      ['run', '--silent', 'verify', '--', '--json'],
      env,
    );
    expect(verification).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(verification.stdout)).toMatchObject({ type: 'summary', files: 0 });
  });

  it('An installation without development dependencies reports how to fix an incomplete or missing build', async () => {
    await rm(join(folder, 'dist', 'web', 'index.html'));
    const incompleteRun = await runCommand(folder, 'npm', ['start'], env);
    expect(incompleteRun.exitCode).toBe(1);
    expect(incompleteRun.stderr).toContain(
      'The build in dist is incomplete (dist/web/index.html missing). The build tools are not installed.',
    );
    await rm(join(folder, 'dist'), { recursive: true });
    const missingRun = await runCommand(folder, 'npm', ['start'], env);
    expect(missingRun.exitCode).toBe(1);
    expect(missingRun.stderr).toContain('There is no build. The build tools are not installed.');
  });
});

describe('The systemd unit', () => {
  const unit = join(ROOT, 'deploy', 'systemd', 'pressroom.service');

  it('The systemd unit runs the built file with node, without npm', async () => {
    const text = await readFile(unit, 'utf8');
    const [, command] = /^ExecStart=(.*)$/m.exec(text)!;
    const [, folder] = /^WorkingDirectory=(.*)$/m.exec(text)!;
    expect([folder, command]).toEqual([
      '/opt/pressroom',
      '/usr/bin/node --max-semi-space-size=64 dist/main.js',
    ]);
  });

  it.runIf(existsSync('/usr/bin/systemd-analyze') && existsSync('/usr/bin/node'))(
    'The systemd unit passes systemd-analyze verify',
    async () => {
      expect(await runCommand(ROOT, 'systemd-analyze', ['verify', unit])).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: '',
      });
    },
  );
});

describe('bin/start.js with build tools', () => {
  let folder: string;

  /** Creates a project with two source folders. Its build script logs each run. */
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-build-'));
    await cp(join(ROOT, 'bin'), join(folder, 'bin'), { recursive: true });
    const build = 'node build.js && node bin/mark-build.js';
    const files = {
      'package.json': JSON.stringify({ type: 'module', scripts: { build } }),
      'build.js': `import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
        rmSync('dist', { recursive: true, force: true });
        mkdirSync('dist/web', { recursive: true });
        writeFileSync('dist/main.js', "process.stdout.write('started')");
        writeFileSync('dist/verify.js', '');
        writeFileSync('dist/web/index.html', '');
        appendFileSync('builds.log', 'built;');`,
      'src/main.ts': '1',
      'src/main.spec.ts': '1',
      'web/main.tsx': '1',
      'node_modules/.bin/nest': '',
      'node_modules/.bin/vite': '',
    };
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), content);
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  const runStart = () => runCommand(folder, process.execPath, ['bin/start.js']);
  const readBuildLog = () => readFile(join(folder, 'builds.log'), 'utf8');

  it('bin/start.js with build tools builds once if no build exists, and reuses that build later', async () => {
    const first = await runStart();
    expect(first).toMatchObject({ exitCode: 0, stdout: 'started' });
    expect(first.stderr).toContain('There is no build. Building now.');
    expect(await runStart()).toEqual({ exitCode: 0, stdout: 'started', stderr: '' });
    expect(await readBuildLog()).toBe('built;');
  });

  it('bin/start.js with build tools starts an outdated build with a warning', async () => {
    await runStart();
    await writeFile(join(folder, 'src', 'main.spec.ts'), '2');
    expect((await runStart()).stderr).toBe('');
    await writeFile(join(folder, 'src', 'main.ts'), '2');
    const staleRun = await runStart();
    expect(staleRun).toMatchObject({ exitCode: 0, stdout: 'started' });
    expect(staleRun.stderr).toContain('The sources changed after the build');
    expect(await readBuildLog()).toBe('built;');
  });

  it.each(['build.json', 'main.js', 'web/index.html'])(
    'bin/start.js with build tools builds again when dist/%s is missing, as after an interrupted build',
    async (name) => {
      await runStart();
      await rm(join(folder, 'dist', name));
      expect((await runStart()).stderr).toContain(`is incomplete (dist/${name} missing)`);
      expect(await readBuildLog()).toBe('built;built;');
    },
  );

  it('bin/start.js with build tools exits with 1 and starts nothing when the build fails', async () => {
    await writeFile(join(folder, 'build.js'), 'process.exit(3)');
    const failedRun = await runStart();
    expect(failedRun).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failedRun.stderr).toContain('The build failed.');
  });
});
