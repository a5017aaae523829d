import { IsInt, IsOptional, IsUrl, Matches, Max, Min } from 'class-validator';
import { parseDurations } from './durations.js';
import { ListenEnv } from './listen-env.js';
import { ParsedBy } from './parsed-by.js';
import { Secret } from './secret-setting.js';
import { serverUrlOptions } from './server-url.js';

/** Webhook settings. */
export class WebhookEnv extends ListenEnv {
  /**
   * URL that receives the webhooks of requests that were uploaded without a `webhook_url`.
   * @section Webhooks
   */
  @IsOptional()
  @IsUrl(serverUrlOptions('http', 'https'))
  WEBHOOK_URL?: string = undefined;

  /**
   * Secret that signs webhooks of requests that were uploaded without a `webhook_secret`: `whsec_`
   * and 24 to 64 bytes in base64. `echo "whsec_$(openssl rand -base64 32)"` creates one.
   */
  @Secret()
  @IsOptional()
  @Matches(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, {
    message: 'WEBHOOK_SECRET must be whsec_ followed by 24 to 64 bytes in base64',
  })
  WEBHOOK_SECRET?: string = undefined;

  /**
   * Delays before the attempts of a delivery, comma-separated, beginning with the first attempt. The
   * delivery fails after the last attempt. The default is the schedule of Standard Webhooks 1.0. Up to 20% random jitter is added to
   * each delay.
   */
  @ParsedBy(parseDurations)
  WEBHOOK_RETRY_SCHEDULE = '0s,5s,5m,30m,2h,5h,10h,14h,20h,24h';

  /** Maximum time to wait for the response of a webhook receiver, in seconds. */
  @IsInt()
  @Min(1)
  @Max(60)
  WEBHOOK_TIMEOUT_SECONDS = 15;
}
