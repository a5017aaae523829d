import type { NestExpressApplication } from '@nestjs/platform-express';
import { Env } from '../config/env.js';
import { parseTrustProxy } from '../config/trust-proxy.js';
import { ApiKeyMiddleware } from './api-key.middleware.js';
import { securityHeaders } from './security-headers.js';

/** Requires authentication for all handlers that are mounted later. Call it before mounting any handler. */
export function configureAuth(app: NestExpressApplication): void {
  const env = app.get(Env);
  app.set('trust proxy', parseTrustProxy(env.TRUST_PROXY));
  app.use(securityHeaders(env));
  app.use(app.get(ApiKeyMiddleware).middleware);
}
