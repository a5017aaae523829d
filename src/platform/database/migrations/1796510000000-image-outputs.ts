import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds additional outputs of images, properties of sources, and audits. Each statement changes only the
 * PostgreSQL catalog, so no table is rewritten or read.
 */
export class ImageOutputs1796510000000 implements MigrationInterface {
  name = 'ImageOutputs1796510000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            CREATE TABLE "image_outputs" (
                "image_id" bigint NOT NULL,
                "output" smallint NOT NULL,
                "request_id" uuid NOT NULL,
                "artifact_key" text NOT NULL,
                "format" text NOT NULL,
                "width" integer NOT NULL,
                "height" integer NOT NULL,
                "bytes_out" integer NOT NULL,
                "kept_original" boolean NOT NULL,
                CONSTRAINT "PK_image_outputs" PRIMARY KEY ("image_id", "output")
            )
        `);
    await queryRunner.query(`
            CREATE INDEX "image_outputs_artifact" ON "image_outputs" ("artifact_key")
        `);
    await queryRunner.query(`
            CREATE TABLE "request_outputs" (
                "request_id" uuid NOT NULL,
                "output" smallint NOT NULL,
                "bytes_out" bigint NOT NULL DEFAULT '0',
                CONSTRAINT "PK_request_outputs" PRIMARY KEY ("request_id", "output")
            )
        `);
    await queryRunner.query(`
            CREATE TABLE "request_audits" (
                "request_id" uuid NOT NULL,
                "reason" text NOT NULL,
                "images" integer NOT NULL DEFAULT '0',
                CONSTRAINT "PK_request_audits" PRIMARY KEY ("request_id", "reason")
            )
        `);
    // Each batch of outcomes updates these rows. Free space keeps the updates HOT.
    await queryRunner.query(`ALTER TABLE "request_outputs" SET (fillfactor = 50)`);
    await queryRunner.query(`ALTER TABLE "request_audits" SET (fillfactor = 50)`);
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            ADD "outputs" jsonb,
            ADD "srcset" boolean NOT NULL DEFAULT false
        `);
    await queryRunner.query(`
            ALTER TABLE "images"
            ADD "audit" text
        `);
    await queryRunner.query(`
            ALTER TABLE "artifacts"
            ADD "source_format" text,
            ADD "source_width" integer,
            ADD "source_height" integer,
            ADD "source_animated" boolean,
            ADD "source_hash" bigint,
            ADD "quality" smallint,
            ADD "score" real
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "artifacts"
            DROP COLUMN "score",
            DROP COLUMN "quality",
            DROP COLUMN "source_hash",
            DROP COLUMN "source_animated",
            DROP COLUMN "source_height",
            DROP COLUMN "source_width",
            DROP COLUMN "source_format"
        `);
    await queryRunner.query(`ALTER TABLE "images" DROP COLUMN "audit"`);
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            DROP COLUMN "srcset",
            DROP COLUMN "outputs"
        `);
    for (const table of ['request_audits', 'request_outputs', 'image_outputs']) {
      await queryRunner.query(`DROP TABLE "${table}"`);
    }
  }
}
