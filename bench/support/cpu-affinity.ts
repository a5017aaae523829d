import { spawnSync } from 'node:child_process';
import { readProcessName, listProcessTree } from './processes.js';

/**
 * Limits a process and its descendants to a CPU list, e.g. `0-1`. Processes that they start later inherit the list.
 * Requires taskset(1).
 */
export function pinTree(pid: number, cpus: string): void {
  for (const member of listProcessTree(pid)) pinProcess(member, cpus);
}

/** Limits a process and all its threads to a CPU list. Does nothing if the process has exited. */
export function pinProcess(pid: number, cpus: string): void {
  const args = ['-a', '-c', '-p', cpus, String(pid)];
  const { status, stderr } = spawnSync('taskset', args, { encoding: 'utf8' });
  if (status !== 0 && readProcessName(pid) !== undefined) throw new Error(`taskset: ${stderr}`);
}
