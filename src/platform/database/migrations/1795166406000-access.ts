import { MigrationInterface, QueryRunner } from 'typeorm';

export class Access1795166406000 implements MigrationInterface {
  name = 'Access1795166406000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            CREATE TABLE "server_secrets" (
                "name" text NOT NULL,
                "value" bytea NOT NULL,
                "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
                CONSTRAINT "PK_776280895f188bb4dd7028779cd" PRIMARY KEY ("name")
            )
        `);
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            ADD "owner" text NOT NULL DEFAULT ''
        `);
    await queryRunner.query(`
            ALTER TABLE "processing_requests"
            ADD "idempotency_answer" jsonb
        `);
    await queryRunner.query(`
            CREATE UNIQUE INDEX "processing_requests_idempotency" ON "processing_requests" ("owner", "idempotency_key")
            WHERE idempotency_key IS NOT NULL
        `);
    await queryRunner.query(`
            CREATE INDEX "processing_requests_of_owner" ON "processing_requests" ("owner", "id")
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            DROP INDEX "processing_requests_of_owner"
        `);
    await queryRunner.query(`
            DROP INDEX "processing_requests_idempotency"
        `);
    await queryRunner.query(`
            ALTER TABLE "processing_requests" DROP COLUMN "idempotency_answer"
        `);
    await queryRunner.query(`
            ALTER TABLE "processing_requests" DROP COLUMN "owner"
        `);
    await queryRunner.query(`
            DROP TABLE "server_secrets"
        `);
  }
}
