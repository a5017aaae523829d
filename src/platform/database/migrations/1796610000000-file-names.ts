import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the names of images. The statements change only the PostgreSQL catalog. */
export class FileNames1796610000000 implements MigrationInterface {
  name = 'FileNames1796610000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            ADD "filename_template" text
        `);
    await queryRunner.query(`
            ALTER TABLE "images"
            ADD "file_name" text
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "images" DROP COLUMN "file_name"
        `);
    await queryRunner.query(`
            ALTER TABLE "processing_requests" DROP COLUMN "filename_template"
        `);
  }
}
