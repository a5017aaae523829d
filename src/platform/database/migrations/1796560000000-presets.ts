import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the preset of a request. The statement changes only the PostgreSQL catalog. */
export class Presets1796560000000 implements MigrationInterface {
  name = 'Presets1796560000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            ADD "preset" text,
            ADD "audit" text
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            DROP COLUMN "audit",
            DROP COLUMN "preset"
        `);
  }
}
