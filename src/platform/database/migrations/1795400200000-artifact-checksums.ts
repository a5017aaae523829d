import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds a nullable column without a default. PostgreSQL does not rewrite the table for it. */
export class ArtifactChecksums1795400200000 implements MigrationInterface {
  name = 'ArtifactChecksums1795400200000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "artifacts"
            ADD "sha256" bytea
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            ALTER TABLE "artifacts" DROP COLUMN "sha256"
        `);
  }
}
