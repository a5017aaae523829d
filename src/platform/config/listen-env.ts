import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min, MinLength } from 'class-validator';
import { serverUrl } from './server-url.js';
import { TelemetryEnv } from './telemetry-env.js';

/** Settings of the address, the data folder and the logs. */
export class ListenEnv extends TelemetryEnv {
  /**
   * Address to listen on. Set `API_KEYS` before you listen on anything but loopback.
   * @section Address and data
   */
  @IsString()
  @MinLength(1)
  HOST = '127.0.0.1';

  /** TCP port to listen on. 0 selects a free port, which the log names. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 3000;

  /**
   * Base of all absolute URLs in responses and files, e.g. `https://images.example.com`. Without it,
   * Pressroom uses the host of the upload.
   */
  @IsOptional()
  @IsUrl(serverUrl('http', 'https'))
  PUBLIC_URL?: string = undefined;

  /** Folder of compressed images and of the private servers' data. */
  @IsString()
  @MinLength(1)
  DATA_DIR = './data';

  /**
   * Lowest level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.
   * @section Logs
   */
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /**
   * Log format: `json` (one object per line), `pretty`, or `auto` (`pretty` in a terminal, else
   * `json`).
   */
  @IsIn(['auto', 'json', 'pretty'])
  LOG_FORMAT = 'auto';
}
