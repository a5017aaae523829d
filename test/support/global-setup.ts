import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { TestProject } from 'vitest/node';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { startEmbeddedServers } from '../../src/platform/embedded/embedded-servers.js';
import { SharedS3Server } from './s3/shared-s3-server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of a database that tests use only to create other databases. */
    databaseUrl: string;
    /** URL of logical database 0, which only counts the other databases. */
    redisUrl: string;
    /** Name of a database in which all migrations have run. */
    templateDatabase: string;
    /** The first call to this URL starts the S3 server of the run. Each call returns its endpoint. */
    sharedS3Url: string;
  }
}

/** Starts PostgreSQL and Redis for the whole run, and an S3 server on demand. Starts no server for a run of only unit tests. */
export default async function setup(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  if (project.vitest.projects.every(({ name }) => name === 'unit')) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'pressroom-test-'));
  const log = { info: () => {}, warn: console.warn, error: console.error };
  const removeDirectory = () => rm(directory, { recursive: true, force: true });
  const servers = await startEmbeddedServers({ DATA_DIR: directory }, log, {
    throwaway: true,
  }).catch(async (error: unknown) => {
    await removeDirectory();
    throw error;
  });
  const s3 = await SharedS3Server.listen();
  const teardown = async () => {
    await Promise.all([servers.stop(), s3.stop()]);
    await removeDirectory();
  };
  try {
    const templateDatabase = await createTemplate(servers.databaseUrl);
    project.provide('databaseUrl', servers.databaseUrl);
    project.provide('redisUrl', servers.redisUrl);
    project.provide('templateDatabase', templateDatabase);
    project.provide('sharedS3Url', s3.url);
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

async function createTemplate(databaseUrl: string): Promise<string> {
  const name = 'pressroom_template';
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();

  const url = new URL(databaseUrl);
  url.pathname = name;
  const dataSource = await new DataSource(dataSourceOptions(url.href)).initialize();
  try {
    await migrate(dataSource);
  } finally {
    // A database with connections cannot be cloned.
    await dataSource.destroy();
  }
  return name;
}
