import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { readProcessState } from './processes.js';

/** Starts a child that starts a grandchild. Prints the process ID of the grandchild. */
const PROGRAM = `
import { spawn } from 'node:child_process';
import { killDescendantsAtExit } from ${JSON.stringify(new URL('./processes-at-exit.ts', import.meta.url))};
killDescendantsAtExit();
spawn('sh', ['-c', 'sleep 1000 & echo $!; wait'], { stdio: ['ignore', 'inherit', 'inherit'] });
`;
const ARGS = ['--import', 'tsx', '--input-type=module', '-e', PROGRAM];

describe.runIf(existsSync('/proc/self/stat'))('killDescendantsAtExit()', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'killDescendantsAtExit() kills the descendants of a process that receives %s',
    async (signal, status) => {
      const program = spawn(process.execPath, ARGS, { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(createInterface(program.stdout), 'line')) as [string];

      program.kill(signal);
      const [exitStatus] = (await once(program, 'exit')) as [number];

      expect(exitStatus).toBe(status);
      // An exited process stays a zombie if no parent waits for it.
      await eventually(() => [undefined, 'Z'].includes(readProcessState(Number(line))), {
        description: 'the grandchild to exit',
      });
    },
  );
});
