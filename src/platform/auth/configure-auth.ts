import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express } from 'express';
import { ImageUrls, signImageUrls } from '../http/image-urls.js';
import { ServerSecret } from '../config/server-secret.js';
import { Env } from '../config/env.js';
import { parseTrustProxy } from '../config/trust-proxy.js';
import { ApiKeyMiddleware } from './api-key.middleware.js';
import { securityHeaders } from './security-headers.js';

/** Requires authentication for all handlers that are mounted later. Call it first. */
export function configureAccess(app: NestExpressApplication): void {
  const env = app.get(Env);
  app.set('trust proxy', parseTrustProxy(env.TRUST_PROXY));
  app.use(securityHeaders(env));
  app.use(app.get(ApiKeyMiddleware).middleware);
  if (env.IMAGE_URL_TTL > 0) {
    const imageUrls = new ImageUrls(app.get(ServerSecret), env.IMAGE_URL_TTL);
    const express: Express = app.getHttpAdapter().getInstance();
    signImageUrls(express.locals, imageUrls);
  }
}
