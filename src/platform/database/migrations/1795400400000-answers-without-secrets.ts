import { MigrationInterface, QueryRunner } from 'typeorm';

/** Removes the webhook secret from the responses that are stored for repeated uploads. */
export class AnswersWithoutSecrets1795400400000 implements MigrationInterface {
  name = 'AnswersWithoutSecrets1795400400000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
            UPDATE "processing_requests"
            SET "idempotency_answer" = jsonb_set(
              "idempotency_answer",
              '{body}',
              to_jsonb((("idempotency_answer" ->> 'body')::jsonb - 'webhook_secret')::text)
            )
            WHERE "idempotency_answer" ->> 'body' LIKE '%"webhook_secret"%'
        `);
  }

  /**
   * Does nothing. The secret of a request is still in `webhook_secret`, and stored responses do not need
   * it.
   */
  public async down(): Promise<void> {}
}
