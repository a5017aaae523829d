import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DueRequests1795400500000 implements MigrationInterface {
  name = 'DueRequests1795400500000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            CREATE TABLE "due_requests" (
                "request_id" uuid NOT NULL,
                "owner" text NOT NULL DEFAULT '',
                "due_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
                "revision" integer NOT NULL DEFAULT '0',
                CONSTRAINT "PK_due_requests" PRIMARY KEY ("request_id")
            )
        `);
    await queryRunner.query(`
            CREATE INDEX "due_requests_in_turn" ON "due_requests" ("owner", "due_at", "request_id")
        `);
    await queryRunner.query(`
            CREATE INDEX "processing_requests_untouched" ON "processing_requests" ("id")
            WHERE status = 'pending'
        `);
    // Does not read images. The dispatcher deletes the rows of requests without due images.
    await queryRunner.query(`
            INSERT INTO "due_requests" ("request_id", "owner")
            SELECT "id", "owner" FROM "processing_requests"
            WHERE status IN ('pending', 'processing')
        `);
    // Rows are updated often. Dead tuples at the start of the index would slow down every batch.
    await queryRunner.query(`
            ALTER TABLE "due_requests" SET (
                autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
                autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000
            )
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            DROP INDEX "processing_requests_untouched"
        `);
    await queryRunner.query(`
            DROP INDEX "due_requests_in_turn"
        `);
    await queryRunner.query(`
            DROP TABLE "due_requests"
        `);
  }
}
