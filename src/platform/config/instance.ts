import { hostname } from 'node:os';
import type { Env } from './env.js';
import { VERSION } from './version.js';

/** Names this process in metrics, traces and log lines. */
export interface Instance {
  /** Host name and process id. In a container the host name is that of the container or pod. */
  instance: string;
  version: string;
  role: string;
}

export function instanceOf(env: Env): Instance {
  // The setting is optional here: a process without roles does everything.
  const { PRESSROOM_ROLE: role = 'all' } = env as Env & { PRESSROOM_ROLE?: string };
  return { instance: `${hostname()}:${process.pid}`, version: VERSION, role };
}
