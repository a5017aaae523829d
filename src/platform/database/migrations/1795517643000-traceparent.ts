import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds a column that is null in rows of the previous version, which may still run on the same database. */
export class Traceparent1795517643000 implements MigrationInterface {
  name = 'Traceparent1795517643000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            ADD "traceparent" text
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "processing_requests" DROP COLUMN "traceparent"
        `);
  }
}
