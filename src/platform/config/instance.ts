import { hostname } from 'node:os';
import type { Env } from './env.js';
import { VERSION } from './version.js';

/** Identifies this process in metrics, traces and log lines. */
export interface Instance {
  /** Host name and process ID. In a container, the host name is the name of the container or pod. */
  instance: string;
  version: string;
  role: string;
}

export function createInstance(env: Env): Instance {
  return { instance: `${hostname()}:${process.pid}`, version: VERSION, role: env.PRESSROOM_ROLE };
}
