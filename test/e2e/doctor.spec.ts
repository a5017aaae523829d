import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/run-command.js';
import { Scenario } from '../support/scenario.js';

interface ReportLine {
  type: string;
  status: string;
  check: string;
  message: string;
}

describe('npm run doctor', () => {
  const scenario = Scenario.forThisFile();

  const runDoctor = (settings: Record<string, string>, ...args: string[]) => {
    const { dataDir } = scenario.app;
    return runCommand('doctor', dataDir, { DATA_DIR: dataDir, ...settings }, ...args);
  };
  const parseLines = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ReportLine);

  it('npm run doctor exits with 0 while a healthy app is running', async () => {
    const { exitCode, stdout } = await runDoctor(
      {
        DATABASE_URL: scenario.database.url,
        REDIS_URL: scenario.redis.url,
        PUBLIC_URL: scenario.app.url,
      },
      '--json',
    );
    const lines = parseLines(stdout);
    expect(lines.filter(({ status }) => status === 'error')).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', errors: 0 });
    expect(exitCode).toBe(0);
    for (const check of ['postgresql.rights', 'redis.eviction', 'proxy.body_size', 'disk.inodes']) {
      expect(lines).toContainEqual(expect.objectContaining({ check, status: 'ok' }));
    }
  });

  it('npm run doctor exits with 1, runs all other checks and shows no password if no server is available', async () => {
    const wrongUrl = new URL(scenario.database.url);
    wrongUrl.password = 'wrong-horse-battery';
    const { exitCode, stdout, stderr } = await runDoctor({
      DATABASE_URL: wrongUrl.href,
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

  it('npm run doctor reports invalid settings as errors', async () => {
    const { exitCode, stdout } = await runDoctor(
      { PORT: 'x', DATABASE_URL_FILE: 'absent' },
      '--json',
    );
    expect(exitCode).toBe(1);
    expect(parseLines(stdout)).toContainEqual(
      expect.objectContaining({ check: 'settings', status: 'error' }),
    );
  });
});
