import { Global, Logger, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Env } from '../config/env.js';
import { ImageUrlSigner } from '../http/image-url-signer.js';
import { AccessTokens } from './access-tokens.js';
import { AdminAccess } from './admin-access.js';
import { AdminSessions } from './admin-sessions.js';
import { AdminKeyRing, ApiKeyRing } from './api-key-ring.js';
import { CallRateLimiter } from './call-rate-limiter.js';
import { ApiKeyMiddleware } from './api-key.middleware.js';
import { isLoopback } from './loopback.js';
import { OwnershipGuard } from './ownership.guard.js';

/** Authenticates callers, limits them to their own requests, and provides the image URL signer. */
@Global()
@Module({
  providers: [
    AccessTokens,
    AdminAccess,
    AdminKeyRing,
    AdminSessions,
    ApiKeyRing,
    CallRateLimiter,
    ApiKeyMiddleware,
    ImageUrlSigner,
    { provide: APP_GUARD, useClass: OwnershipGuard },
  ],
  exports: [AccessTokens, AdminAccess, AdminSessions, ImageUrlSigner],
})
export class AuthModule implements OnModuleInit {
  private readonly log = new Logger('Access');

  constructor(
    private readonly env: Env,
    private readonly keys: ApiKeyRing,
  ) {}

  onModuleInit(): void {
    if (!this.keys.isEmpty || isLoopback(this.env.HOST)) return;
    const port = this.env.PORT === 0 ? '' : `:${this.env.PORT}`;
    this.log.warn(
      `Anyone who can reach ${this.env.HOST}${port} can upload, read and delete all requests, because HOST is set and API_KEYS is not. Set API_KEYS=name:key, or unset HOST.`,
    );
  }
}
