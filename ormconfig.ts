import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { readEnv } from './src/platform/config/env.js';
import { databaseOptions } from './src/platform/database/data-source.js';

const env = readEnv();
if (!env.DATABASE_URL)
  throw new Error('DATABASE_URL: name the database that the TypeORM CLI works on');

const options = databaseOptions(env);

/**
 * For `npm run migration:generate` and `npm run migration:run`. A migration that does not get a lock
 * within a second (`lock_timeout`, in milliseconds) fails, so that it does not block the running app.
 */
export default new DataSource({ ...options, extra: { ...options.extra, lock_timeout: 1000 } });
