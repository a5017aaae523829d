import type { MigrationInterface, QueryRunner } from 'typeorm';
import { toInputHost } from '../statements/host-of-image.js';
import { unnest } from '../statements/unnest.js';

/** SQL reads the host of all other URLs correctly (statements/host-of-image.ts). */
const NEEDS_HOST = String.raw`input_host IS NULL AND substring(
  input_url FROM '^[A-Za-z]+:[/\\]*(?:[^/\\?#@]*@)?([^/\\?#]*)'
) ~ '[^A-Za-z0-9.:-]|:0*(?:80|443)?$|(?:^|\.)[0-9][A-Za-z0-9]*\.?(?::[0-9]*)?$'`;

const HOSTS = unnest({ id: 'bigint', host: 'text' });

/**
 * Sets the host of open images of earlier versions. Without it, no pause of an origin holds those with a
 * default port, percent-encoding or Unicode. Skips images that are being processed at this moment, because
 * the previous version may still run.
 */
export class HostsOfOpenImages1796630000000 implements MigrationInterface {
  name = 'HostsOfOpenImages1796630000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    // The conditions are those of the partial indexes.
    const images = (await queryRunner.query(
      `SELECT id, input_url AS url FROM images
       WHERE status = 'pending' AND same_as IS NULL AND ${NEEDS_HOST}
       UNION ALL
       SELECT id, input_url FROM images WHERE status IN ('queued', 'processing') AND ${NEEDS_HOST}`,
    )) as { id: string; url: string }[];
    const hosts = images.map(({ id, url }) => ({ id, host: toInputHost(url) }));
    await queryRunner.query(
      `UPDATE images SET input_host = found.host
       FROM ${HOSTS.as('found')}
       WHERE images.id = found.id AND images.id IN (
         SELECT id FROM images WHERE id = ANY($1) FOR NO KEY UPDATE SKIP LOCKED)`,
      HOSTS.toArrays(hosts.filter(({ host }) => host !== undefined)),
    );
  }

  public async down(): Promise<void> {
    // The hosts stay correct.
  }
}
