import { ApiProperty } from '@nestjs/swagger';

/** An operator who is signed in. */
export class OperatorDto {
  /**
   * Name of the admin key; `local` for a local installation without keys.
   * @example ops
   */
  name!: string;
}

export class SessionDto extends OperatorDto {
  /** Time at which the session expires. */
  @ApiProperty({ format: 'date-time', example: '2026-01-31T17:00:00.000Z' })
  expires_at!: string;
}
