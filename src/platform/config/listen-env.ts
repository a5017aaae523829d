import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min, MinLength } from 'class-validator';
import { serverUrlOptions } from './server-url.js';
import { TelemetryEnv } from './telemetry-env.js';

/** Settings for the address, the data folder and logging. */
export class ListenEnv extends TelemetryEnv {
  /**
   * Address to listen on. Set `API_KEYS` before you listen on anything but loopback.
   * @section Address and data
   */
  @IsString()
  @MinLength(1)
  HOST = '127.0.0.1';

  /** TCP port to listen on. 0 selects a free port and logs it. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 3000;

  /**
   * Base URL of all links in responses and files, e.g. `https://images.example.com`. By default,
   * Pressroom uses the host that the client uploaded to.
   */
  @IsOptional()
  @IsUrl(serverUrlOptions('http', 'https'))
  PUBLIC_URL?: string = undefined;

  /** Folder for compressed images and for the data of the embedded servers. */
  @IsString()
  @MinLength(1)
  DATA_DIR = './data';

  /**
   * Minimum log level: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.
   * @section Logs
   */
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /**
   * Log format: `json` (one object per line), `pretty`, or `auto` (`pretty` in a terminal, otherwise
   * `json`).
   */
  @IsIn(['auto', 'json', 'pretty'])
  LOG_FORMAT = 'auto';
}
