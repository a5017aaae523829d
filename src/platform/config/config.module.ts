import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Env } from './env.js';

/** Makes the settings (`Env`, read once at startup) and the shutdown phases injectable. */
@Global()
@Module({})
export class ConfigModule {
  static forEnvironment(env: Env): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: Env, useValue: env }, Shutdown],
      exports: [Env, Shutdown],
    };
  }
}
