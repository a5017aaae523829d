import { IsInt, Max, Min } from 'class-validator';
import { RoleEnv } from './role-env.js';

/** Settings of the HTTP server's connections and of shutdown. */
export class ServerEnv extends RoleEnv {
  /**
   * Seconds until an idle connection is closed. Set it higher than the idle timeout of the reverse
   * proxy. That is 60 s for nginx and AWS ALB, and 600 s for Google Cloud load balancers.
   * @section HTTP server
   */
  @IsInt()
  @Min(1)
  @Max(3600)
  KEEP_ALIVE_SECONDS = 72;

  /**
   * Seconds between SIGTERM and the moment when the app stops listening. In this time `GET
   * /health/ready` returns 503 and all calls are served. Set it higher than the time that the load
   * balancer needs to notice the 503.
   */
  @IsInt()
  @Min(0)
  @Max(600)
  SHUTDOWN_DELAY_SECONDS = 5;

  /**
   * Seconds that uploads and downloads get to finish after the app stopped listening. Then their
   * connections are closed. The orchestrator must wait at least `SHUTDOWN_DELAY_SECONDS` +
   * `SHUTDOWN_GRACE_SECONDS` + 10 seconds before it kills the app.
   */
  @IsInt()
  @Min(0)
  @Max(3600)
  SHUTDOWN_GRACE_SECONDS = 10;
}
