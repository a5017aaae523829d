import { IsIn } from 'class-validator';
import { DatabaseEnv } from './database-env.js';

export type Role = 'all' | 'api' | 'worker';

/** Settings for the role of a process. */
export class RoleEnv extends DatabaseEnv {
  /**
   * Role of this process. `api` serves API calls but does not compress the images of requests. `worker`
   * compresses images, sends webhooks and runs periodic jobs; it serves only `GET /health/live` and
   * `GET /health/ready`. `all` does both. `api` and `worker` require `DATABASE_URL` and `REDIS_URL`.
   * @section Processes
   */
  @IsIn(['all', 'api', 'worker'])
  PRESSROOM_ROLE: Role = 'all';
}

/** Returns whether a process serves the API and the web page. */
export const servesApi = ({ PRESSROOM_ROLE }: Pick<RoleEnv, 'PRESSROOM_ROLE'>): boolean =>
  PRESSROOM_ROLE !== 'worker';

/** Returns whether a process consumes the queues and runs periodic jobs. */
export const consumesQueues = ({ PRESSROOM_ROLE }: Pick<RoleEnv, 'PRESSROOM_ROLE'>): boolean =>
  PRESSROOM_ROLE !== 'api';

/** Returns an error message for each missing setting that the role of the process requires. */
export function findRoleConflicts(env: RoleEnv & { REDIS_URL?: string }): string[] {
  if (env.PRESSROOM_ROLE === 'all') return [];
  return (['DATABASE_URL', 'REDIS_URL'] as const)
    .filter((name) => env[name] === undefined)
    .map(
      (name) =>
        `${name}: PRESSROOM_ROLE=${env.PRESSROOM_ROLE} needs a server that all processes share. Set ${name}, or use PRESSROOM_ROLE=all`,
    );
}
