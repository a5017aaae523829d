import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Env } from './env.js';

/** Makes the environment, read once at start, injectable as `Env`, and the phases of the shutdown. */
@Global()
@Module({})
export class ConfigModule {
  static with(env: Env): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: Env, useValue: env }, Shutdown],
      exports: [Env, Shutdown],
    };
  }
}
