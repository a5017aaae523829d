import { Logger, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Env } from '../config/env.js';
import { AccessTokens } from './access-tokens.js';
import { ApiKeyRing } from './api-key-ring.js';
import { CallRate } from './call-rate.js';
import { ApiKeyMiddleware } from './api-key.middleware.js';
import { OwnershipGuard } from './ownership.guard.js';
import { TokensController } from './tokens.controller.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Who may call, and what of whom they see. */
@Module({
  controllers: [TokensController],
  providers: [
    AccessTokens,
    ApiKeyRing,
    CallRate,
    ApiKeyMiddleware,
    { provide: APP_GUARD, useClass: OwnershipGuard },
  ],
})
export class AuthModule implements OnModuleInit {
  private readonly log = new Logger('Access');

  constructor(
    private readonly env: Env,
    private readonly keys: ApiKeyRing,
  ) {}

  onModuleInit(): void {
    if (!this.keys.isEmpty || LOOPBACK.test(this.env.HOST)) return;
    const port = this.env.PORT === 0 ? '' : `:${this.env.PORT}`;
    this.log.warn(
      `ANYBODY who reaches ${this.env.HOST}${port} may upload, read and delete everything: HOST is set and API_KEYS is not. Set API_KEYS=name:key, or leave HOST out.`,
    );
  }
}
