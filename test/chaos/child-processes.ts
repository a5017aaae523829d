import { readdir, readFile } from 'node:fs/promises';

/** Returns the child processes whose command line contains `name`. Requires `/proc` (Linux). */
export async function findChildProcesses(parent: number, name: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const children = await Promise.all(
    pids.map(async (pid) => {
      try {
        const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
        // The name in parentheses may contain any character. The state and the parent follow the name.
        const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        if (ppid !== parent) return undefined;
        return (await readFile(`/proc/${pid}/cmdline`, 'latin1')).includes(name) ? pid : undefined;
      } catch {
        // The process has exited in the meantime.
        return undefined;
      }
    }),
  );
  return children.filter((pid) => pid !== undefined);
}
