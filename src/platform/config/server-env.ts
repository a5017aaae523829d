import { IsInt, Max, Min } from 'class-validator';
import { RoleEnv } from './role-env.js';

/** Settings for HTTP connections and shutdown. */
export class ServerEnv extends RoleEnv {
  /**
   * Seconds until an idle connection is closed. Set it higher than the idle timeout of the reverse
   * proxy: 60 s for nginx and AWS ALB, 600 s for Google Cloud load balancers.
   * @section HTTP server
   */
  @IsInt()
  @Min(1)
  @Max(3600)
  KEEP_ALIVE_SECONDS = 72;

  /**
   * Seconds between SIGTERM and the moment when the app stops listening. During this time,
   * `GET /health/ready` returns 503, and the app still serves all calls. Set it higher than the time that
   * the load balancer needs to detect the 503.
   */
  @IsInt()
  @Min(0)
  @Max(600)
  SHUTDOWN_DELAY_SECONDS = 5;

  /**
   * Time limit for uploads and downloads to finish after the app stops listening, in seconds. After that,
   * their connections are closed. The orchestrator must wait at least `SHUTDOWN_DELAY_SECONDS` +
   * `SHUTDOWN_GRACE_SECONDS` + 10 seconds before it kills the app.
   */
  @IsInt()
  @Min(0)
  @Max(3600)
  SHUTDOWN_GRACE_SECONDS = 10;
}
