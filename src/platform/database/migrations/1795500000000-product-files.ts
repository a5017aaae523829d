import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds columns that are null in rows of the previous version, which may still run on the same database. */
export class ProductFiles1795500000000 implements MigrationInterface {
  name = 'ProductFiles1795500000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            ADD "catalog" jsonb
        `);
    await queryRunner.query(`
            ALTER TABLE "images"
            ADD "column_index" smallint
        `);
    await queryRunner.query(`
            ALTER TABLE "images"
            ADD "cell_reference" text
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "images" DROP COLUMN "cell_reference"
        `);
    await queryRunner.query(`
            ALTER TABLE "images" DROP COLUMN "column_index"
        `);
    await queryRunner.query(`
            ALTER TABLE "processing_requests" DROP COLUMN "catalog"
        `);
  }
}
