import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const children = new Set<ChildProcess>();
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));

/** Starts a file of this folder as a process of its own, and waits for its first message. */
export async function startChild(
  file: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; first: unknown }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...env },
  });
  keep(child);
  const [first] = (await once(child, 'message')) as [unknown];
  return { child, first };
}

/** No run leaves a process behind, however it ends. */
export function keep(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}
