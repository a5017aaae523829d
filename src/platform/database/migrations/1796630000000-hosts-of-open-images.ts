import type { MigrationInterface, QueryRunner } from 'typeorm';
import { toInputHost } from '../statements/image-host.js';
import { unnest } from '../statements/unnest.js';

/** Matches URLs whose host SQL might parse incorrectly (statements/image-host.ts). */
const NEEDS_HOST = String.raw`input_host IS NULL AND substring(
  input_url FROM '^[A-Za-z]+:[/\\]*(?:[^/\\?#@]*@)?([^/\\?#]*)'
) ~ '[^A-Za-z0-9.:-]|:0*(?:80|443)?$|(?:^|\.)[0-9][A-Za-z0-9]*\.?(?::[0-9]*)?$'`;

const HOSTS = unnest({ id: 'bigint', host: 'text' });

/**
 * Sets the host of unfinished images that an earlier version stored. Otherwise, a pause of their origin would
 * not affect URLs with a default port, percent-encoding or Unicode. Skips images that are currently being
 * processed, because the previous version may still be running.
 */
export class HostsOfOpenImages1796630000000 implements MigrationInterface {
  name = 'HostsOfOpenImages1796630000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    // The conditions match the partial indexes.
    const images = (await queryRunner.query(
      `SELECT id, input_url AS url FROM images
       WHERE status = 'pending' AND same_as IS NULL AND ${NEEDS_HOST}
       UNION ALL
       SELECT id, input_url FROM images WHERE status IN ('queued', 'processing') AND ${NEEDS_HOST}`,
    )) as { id: string; url: string }[];
    const hosts = images.map(({ id, url }) => ({ id, host: toInputHost(url) }));
    await queryRunner.query(
      `UPDATE images SET input_host = found.host
       FROM ${HOSTS.toFromItem('found')}
       WHERE images.id = found.id AND images.id IN (
         SELECT id FROM images WHERE id = ANY($1) FOR NO KEY UPDATE SKIP LOCKED)`,
      HOSTS.toArrays(hosts.filter(({ host }) => host !== undefined)),
    );
  }

  public async down(): Promise<void> {
    // The stored hosts remain correct.
  }
}
