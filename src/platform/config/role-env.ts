import { IsIn } from 'class-validator';
import { DatabaseEnv } from './database-env.js';

export type Role = 'all' | 'api' | 'worker';

/** Settings of the work that a process does. */
export class RoleEnv extends DatabaseEnv {
  /**
   * Work of this process. `api` serves calls and compresses no images of requests. `worker` compresses
   * images, sends webhooks and runs periodic work; it serves only `GET /health/live` and `GET
   * /health/ready`. `all` does both. `api` and `worker` need `DATABASE_URL` and `REDIS_URL`.
   * @section Processes
   */
  @IsIn(['all', 'api', 'worker'])
  PRESSROOM_ROLE: Role = 'all';
}

/** Returns whether a process serves the API and the web page. */
export const servesApi = ({ PRESSROOM_ROLE }: Pick<RoleEnv, 'PRESSROOM_ROLE'>): boolean =>
  PRESSROOM_ROLE !== 'worker';

/** Returns whether a process consumes the queues and runs periodic work. */
export const consumesQueues = ({ PRESSROOM_ROLE }: Pick<RoleEnv, 'PRESSROOM_ROLE'>): boolean =>
  PRESSROOM_ROLE !== 'api';

/** Returns the settings that the role of the process needs and that are missing. */
export function roleConflicts(env: RoleEnv & { REDIS_URL?: string }): string[] {
  if (env.PRESSROOM_ROLE === 'all') return [];
  return (['DATABASE_URL', 'REDIS_URL'] as const)
    .filter((name) => env[name] === undefined)
    .map(
      (name) =>
        `${name}: PRESSROOM_ROLE=${env.PRESSROOM_ROLE} needs a server that all processes share. Set it, or use PRESSROOM_ROLE=all`,
    );
}
