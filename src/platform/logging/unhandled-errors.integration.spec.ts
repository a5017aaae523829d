import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const runFile = promisify(execFile);
const SECRET = 'password-in-an-argument';

/** An error with command arguments and statement parameters, as ioredis and TypeORM attach them. */
const ERROR_SOURCE = `Object.assign(new Error('WRONGPASS invalid username-password pair'), {
  command: { name: 'auth', args: ['${SECRET}'] },
  previousErrors: [Object.assign(new Error('NOAUTH'), { command: { args: ['${SECRET}'] } })],
  parameters: ['${SECRET}'],
  cause: Object.assign(new Error('the cause'), { url: 'postgres://u:${SECRET}@db/x' }),
})`;

/** Runs a program with the app's handlers for unhandled errors. Returns its exit code and output. */
async function runWithErrorHandlers(
  program: string,
  secrets: string[] = [],
): Promise<{ code: number; output: string }> {
  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    import { createLogger } from ${url('./logger.ts')};
    import { logUnhandledErrors } from ${url('./unhandled-errors.ts')};
    logUnhandledErrors(createLogger('info', 'json', ${JSON.stringify(secrets)}));
    ${program}
    setInterval(() => {}, 1000);`;
  const options = ['--import', 'tsx', '--input-type=module', '--eval', script];
  return runFile(process.execPath, options).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  );
}

describe('logUnhandledErrors()', () => {
  it.each([
    ['an uncaught exception', `setImmediate(() => { throw ${ERROR_SOURCE}; });`],
    ['an unhandled rejection', `void Promise.reject(${ERROR_SOURCE});`],
    [
      'an error event without a listener',
      `import { EventEmitter } from 'node:events';
      setImmediate(() => new EventEmitter().emit('error', ${ERROR_SOURCE}));`,
    ],
    [
      'a rejection with an object that is not an error',
      `void Promise.reject({ ...${ERROR_SOURCE} });`,
    ],
  ])(
    'logUnhandledErrors() exits with 1 after %s, and logs one line without command arguments',
    async (_, program) => {
      const { code, output } = await runWithErrorHandlers(program);
      expect(output).not.toContain(SECRET);
      expect(code).toBe(1);
      const lines = output.trimEnd().split('\n');
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0])).toMatchObject({ level: 'fatal' });
    },
  );

  it('logUnhandledErrors() masks a configured secret in the error message', async () => {
    const { output } = await runWithErrorHandlers(
      `void Promise.reject('connect with ${SECRET}');`,
      [SECRET],
    );
    expect(JSON.parse(output)).toMatchObject({ level: 'fatal', err: 'connect with ***' });
  });
});
