import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds a nullable column without a default, which PostgreSQL does without rewriting the table. */
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
