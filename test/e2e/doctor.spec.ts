import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Env } from '../../src/platform/config/env.js';
import { Scenario } from '../support/scenario.js';

const DOCTOR = fileURLToPath(new URL('../../dist/doctor.js', import.meta.url));
const SETTINGS = new Set(Object.keys(new Env()).flatMap((name) => [name, `${name}_FILE`]));

interface Line {
  type: string;
  status: string;
  check: string;
  message: string;
}

describe('npm run doctor', () => {
  const scenario = Scenario.forThisFile();

  async function run(env: Record<string, string>, ...args: string[]) {
    const inherited = Object.entries(process.env).filter(([name]) => !SETTINGS.has(name));
    const options = {
      cwd: scenario.app.dataDir,
      env: { ...Object.fromEntries(inherited), DATA_DIR: scenario.app.dataDir, ...env },
    };
    return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [DOCTOR, ...args], options, (error, stdout, stderr) =>
        resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }
  const linesOf = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);

  it('exits with 0 beside a running app that works', async () => {
    const { exitCode, stdout } = await run(
      {
        DATABASE_URL: scenario.database.url,
        REDIS_URL: scenario.redis.url,
        PUBLIC_URL: scenario.app.url,
      },
      '--json',
    );
    const lines = linesOf(stdout);
    expect(lines.filter(({ status }) => status === 'error')).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', errors: 0 });
    expect(exitCode).toBe(0);
    for (const check of ['postgresql.rights', 'redis.eviction', 'proxy.body_size', 'disk.inodes']) {
      expect(lines).toContainEqual(expect.objectContaining({ check, status: 'ok' }));
    }
  });

  it('checks everything else when no server can be used, exits with 1 and shows no password', async () => {
    const wrong = new URL(scenario.database.url);
    wrong.password = 'wrong-horse-battery';
    const { exitCode, stdout, stderr } = await run({
      DATABASE_URL: wrong.href,
      REDIS_URL: 'redis://:wrong-horse-battery@127.0.0.1:1',
      PUBLIC_URL: 'http://127.0.0.1:1',
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^error +postgresql\.connection: .+\n +Fix: /m);
    expect(stdout).toMatch(/^error +redis\.connection: .+\n +Fix: /m);
    expect(stdout).toMatch(/^warning +proxy\.connection: .+\n +Fix: /m);
    expect(stdout).toMatch(/^ok +disk\.writable: /m);
    expect(stdout + stderr).not.toContain('wrong-horse-battery');
  });

  it('reports invalid settings as errors', async () => {
    const { exitCode, stdout } = await run({ PORT: 'x', DATABASE_URL_FILE: 'absent' }, '--json');
    expect(exitCode).toBe(1);
    expect(linesOf(stdout)).toContainEqual(
      expect.objectContaining({ check: 'settings', status: 'error' }),
    );
  });
});
