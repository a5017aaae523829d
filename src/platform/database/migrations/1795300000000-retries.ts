import { MigrationInterface, QueryRunner } from 'typeorm';

export class Retries1795300000000 implements MigrationInterface {
  name = 'Retries1795300000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            ADD "retried_at" TIMESTAMP WITH TIME ZONE
        `);
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            ADD "images_kept" integer NOT NULL DEFAULT '0'
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "processing_requests" DROP COLUMN "images_kept"
        `);
    await queryRunner.query(`
            ALTER TABLE "processing_requests" DROP COLUMN "retried_at"
        `);
  }
}
