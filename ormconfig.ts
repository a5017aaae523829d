import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { readEnv } from './src/config/env.js';
import { dataSourceOptions } from './src/database/data-source.js';

const { DATABASE_URL } = readEnv();
if (!DATABASE_URL) throw new Error('DATABASE_URL: name the database that the TypeORM CLI works on');

/** For `npm run migration:generate` and `npm run migration:run`. */
export default new DataSource(dataSourceOptions(DATABASE_URL));
