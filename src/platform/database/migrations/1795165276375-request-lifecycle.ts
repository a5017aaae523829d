import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RequestLifecycle1795165276375 implements MigrationInterface {
  name = 'RequestLifecycle1795165276375';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            CREATE TYPE "sweep_kind" AS ENUM('cancel', 'retry', 'resume', 'remove')
        `);
    await queryRunner.query(`
            CREATE TABLE "request_sweeps" (
                "request_id" uuid NOT NULL,
                "kind" "sweep_kind" NOT NULL,
                "row_number" integer NOT NULL DEFAULT '0',
                "position" integer NOT NULL DEFAULT '0',
                "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
                CONSTRAINT "PK_ce335bf442aa5ff92be0d4aa81c" PRIMARY KEY ("request_id")
            )
        `);
    await queryRunner.query(`
            CREATE INDEX "request_sweeps_in_order" ON "request_sweeps" ("created_at")
        `);
    await queryRunner.query(`
            ALTER TABLE "artifacts"
            ADD "sweep_after" TIMESTAMP WITH TIME ZONE
        `);
    await queryRunner.query(`
            CREATE INDEX "artifacts_to_sweep" ON "artifacts" ("sweep_after")
            WHERE sweep_after IS NOT NULL
        `);
    await queryRunner.query(`
            CREATE INDEX "images_artifact" ON "images" ("artifact_key")
            WHERE artifact_key IS NOT NULL
        `);
    await queryRunner.query(`
            CREATE INDEX "processing_requests_expiring" ON "processing_requests" ("expires_at")
            WHERE expires_at IS NOT NULL
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            DROP INDEX "processing_requests_expiring"
        `);
    await queryRunner.query(`
            DROP INDEX "images_artifact"
        `);
    await queryRunner.query(`
            DROP INDEX "artifacts_to_sweep"
        `);
    await queryRunner.query(`
            ALTER TABLE "artifacts" DROP COLUMN "sweep_after"
        `);
    await queryRunner.query(`
            DROP INDEX "request_sweeps_in_order"
        `);
    await queryRunner.query(`
            DROP TABLE "request_sweeps"
        `);
    await queryRunner.query(`
            DROP TYPE "sweep_kind"
        `);
  }
}
