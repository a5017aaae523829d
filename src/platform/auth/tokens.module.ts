import { Module } from '@nestjs/common';
import { TokensController } from './tokens.controller.js';

/** Creates access tokens for links to a request. */
@Module({ controllers: [TokensController] })
export class TokensModule {}
