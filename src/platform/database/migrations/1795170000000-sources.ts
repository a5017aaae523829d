import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Sources1795170000000 implements MigrationInterface {
  name = 'Sources1795170000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            CREATE TABLE "sources" (
                "key" bytea NOT NULL,
                "etag" text,
                "last_modified" text,
                "sha256" bytea NOT NULL,
                "bytes" integer NOT NULL,
                "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
                CONSTRAINT "PK_9b80d2e9d3ebbba13fddcd9e0ae" PRIMARY KEY ("key")
            )
        `);
    await queryRunner.query(`
            CREATE INDEX "sources_by_age" ON "sources" ("seen_at")
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            DROP INDEX "sources_by_age"
        `);
    await queryRunner.query(`
            DROP TABLE "sources"
        `);
  }
}
