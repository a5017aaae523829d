import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TaskLeases1795641000000 implements MigrationInterface {
  name = 'TaskLeases1795641000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            CREATE TABLE "task_leases" (
                "name" text NOT NULL,
                "holder" uuid,
                "held_until" TIMESTAMP WITH TIME ZONE NOT NULL,
                "ended_at" TIMESTAMP WITH TIME ZONE,
                CONSTRAINT "PK_task_leases" PRIMARY KEY ("name")
            )
        `);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            DROP TABLE "task_leases"
        `);
  }
}
