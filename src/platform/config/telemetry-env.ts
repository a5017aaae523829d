import { IsIn, IsInt, IsString, Max, Min, MinLength } from 'class-validator';
import { ServerEnv } from './server-env.js';

/** Settings of metrics and traces. */
export class TelemetryEnv extends ServerEnv {
  /**
   * `on` serves metrics for Prometheus at `GET /metrics` on `METRICS_PORT`. They need no key and contain
   * no host, owner, URL or id.
   * @section Monitoring
   */
  @IsIn(['on', 'off'])
  METRICS: 'on' | 'off' = 'off';

  /** Address on which metrics are served. In a container: `0.0.0.0`, within a private network. */
  @IsString()
  @MinLength(1)
  METRICS_HOST = '127.0.0.1';

  /**
   * TCP port on which metrics are served. Each process on a machine needs a port of its own. 0 selects a
   * free port, which the log names.
   */
  @IsInt()
  @Min(0)
  @Max(65_535)
  METRICS_PORT = 9464;
}
