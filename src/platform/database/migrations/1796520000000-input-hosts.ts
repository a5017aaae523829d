import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds a column that is null in rows of the previous version, which may still run on the same database. */
export class InputHosts1796520000000 implements MigrationInterface {
  name = 'InputHosts1796520000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "images"
            ADD "input_host" text
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "images" DROP COLUMN "input_host"
        `);
  }
}
