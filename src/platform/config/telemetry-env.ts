import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min, MinLength } from 'class-validator';
import { ServerEnv } from './server-env.js';

/** Settings for metrics and traces. */
export class TelemetryEnv extends ServerEnv {
  /**
   * `on` serves Prometheus metrics at `GET /metrics` on `METRICS_PORT`. The endpoint requires no key.
   * The metrics contain no hosts, owners, URLs or IDs.
   * @section Monitoring
   */
  @IsIn(['on', 'off'])
  METRICS: 'on' | 'off' = 'off';

  /** Address on which metrics are served. In a container, use `0.0.0.0` and a private network. */
  @IsString()
  @MinLength(1)
  METRICS_HOST = '127.0.0.1';

  /**
   * TCP port on which metrics are served. Each process on a machine needs its own port. 0 selects a
   * free port and logs it.
   */
  @IsInt()
  @Min(0)
  @Max(65_535)
  METRICS_PORT = 9464;

  /**
   * `otlp` exports traces as OTLP over HTTP; `none` turns the export off. By default, traces are exported
   * if an endpoint is set. With any other exporter, e.g. `console`, a warning is logged and no traces are
   * exported.
   * The other `OTEL_` variables of the SDK apply as well, e.g. `OTEL_EXPORTER_OTLP_HEADERS` and
   * `OTEL_TRACES_SAMPLER`.
   */
  @IsString()
  OTEL_TRACES_EXPORTER = '';

  /** Base URL of the OTLP collector, e.g. `http://127.0.0.1:4318`. Pressroom appends `/v1/traces`. */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string = undefined;

  /** URL to which traces are sent, e.g. `http://127.0.0.1:4318/v1/traces`. Pressroom does not append a path. */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string = undefined;

  /**
   * Protocol of the collector: `http/json` or `http/protobuf`. Pressroom sends JSON over HTTP for both;
   * collectors accept JSON on the same port. With `grpc`, a warning is logged and no traces are exported.
   */
  @IsString()
  OTEL_EXPORTER_OTLP_PROTOCOL = '';

  /** Protocol of the collector for traces. Overrides `OTEL_EXPORTER_OTLP_PROTOCOL`. */
  @IsString()
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL = '';

  /** `true` turns the export of traces off, regardless of the other settings. */
  @IsString()
  OTEL_SDK_DISABLED = '';

  /** Service name in traces. */
  @IsString()
  OTEL_SERVICE_NAME = 'pressroom';
}
