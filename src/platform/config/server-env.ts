import { IsInt, Max, Min } from 'class-validator';
import { AccessEnv } from './access-env.js';

/** The part of the configuration that says how the HTTP server keeps connections, and how it stops. */
export class ServerEnv extends AccessEnv {
  /**
   * Seconds for which an idle connection is kept open. It must be longer than the reverse proxy keeps
   * idle connections to the app: 60 s for nginx and AWS ALB, 600 s for Google Cloud load balancers.
   */
  @IsInt()
  @Min(1)
  @Max(3600)
  KEEP_ALIVE_SECONDS = 72;

  /**
   * Seconds between SIGTERM and the moment when the app stops listening. `GET /health/ready` answers 503
   * meanwhile, and all calls are served. It must be longer than a load balancer takes to notice.
   */
  @IsInt()
  @Min(0)
  @Max(600)
  SHUTDOWN_DELAY_SECONDS = 5;

  /**
   * Seconds that calls under way (uploads, downloads) get to end once the app has stopped listening. Then
   * their connections are closed. The orchestrator's termination grace must be at least
   * `SHUTDOWN_DELAY_SECONDS` + `SHUTDOWN_GRACE_SECONDS` + 10 seconds.
   */
  @IsInt()
  @Min(0)
  @Max(3600)
  SHUTDOWN_GRACE_SECONDS = 10;
}
