import { Injectable } from '@nestjs/common';
import { Env } from '../config/env.js';
import { ServerSecret } from '../config/server-secret.js';
import { ImageUrls } from './image-urls.js';

/** Signs and verifies image URLs if `IMAGE_URL_TTL` is set. */
@Injectable()
export class ImageUrlSigner {
  /** Undefined if image URLs are not signed. */
  readonly urls?: ImageUrls;

  constructor(secret: ServerSecret, env: Env) {
    if (env.IMAGE_URL_TTL > 0) this.urls = new ImageUrls(secret, env.IMAGE_URL_TTL);
  }
}
