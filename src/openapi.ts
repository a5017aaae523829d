/**
 * `npm run openapi` writes docs/openapi.json. `npm run check:api` compares the file with the app. Runs from the
 * build, because the Swagger plug-in of the Nest compiler adds descriptions. Uses preview mode, which needs no database.
 */
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { isPublicRoute } from './platform/auth/public-paths.js';
import { AppModule } from './app.module.js';
import { readEnv } from './platform/config/env.js';
import { describeApi } from './modules/operations/api-docs.js';

const OUTPUT_FILE = new URL('../docs/openapi.json', import.meta.url);

/** Placeholder URLs. Preview mode does not connect to any server. */
const SERVER_URLS = { DATABASE_URL: 'postgres://localhost/none', REDIS_URL: 'redis://localhost' };

const app = await NestFactory.create<NestExpressApplication>(
  AppModule.forRole(readEnv(SERVER_URLS)),
  {
    preview: true,
    logger: ['error'],
    abortOnError: false,
  },
);
const document = `${JSON.stringify(describeApi(app, isPublicRoute), null, 2)}\n`;
await app.close();

if (!process.argv.includes('--check')) {
  writeFileSync(OUTPUT_FILE, document);
} else if (readFileSync(OUTPUT_FILE, 'utf8') !== document) {
  process.stderr.write('docs/openapi.json is out of date. Run `npm run openapi`.\n');
  process.exitCode = 1;
}
