import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a script in this folder in a child process. Returns the process and its first message. */
export async function startChild(
  file: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; firstMessage: unknown }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...env },
  });
  const [firstMessage] = (await once(child, 'message')) as [unknown];
  return { child, firstMessage };
}
