import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Env } from '../../src/platform/config/env.js';

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a built command in a folder, with only these settings. */
export function runCommand(
  command: 'backup' | 'doctor' | 'restore',
  cwd: string,
  settings: Record<string, string>,
  ...args: string[]
): Promise<CommandResult> {
  const script = fileURLToPath(new URL(`../../dist/${command}.js`, import.meta.url));
  const settingNames = new Set(Object.keys(new Env()).flatMap((name) => [name, `${name}_FILE`]));
  const inheritedEntries = Object.entries(process.env).filter(([name]) => !settingNames.has(name));
  const env = { ...Object.fromEntries(inheritedEntries), ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env, cwd }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
