import { ApiProperty } from '@nestjs/swagger';

/** Problem document (RFC 9457), the format of every error response. */
export class ProblemDto {
  @ApiProperty({
    description: 'URI of the problem type.',
    example: 'urn:pressroom:problem:request_not_found',
  })
  type!: string;

  @ApiProperty({ description: 'Reason phrase of the HTTP status.', example: 'Not Found' })
  title!: string;

  @ApiProperty({ description: 'The HTTP status.', example: 404 })
  status!: number;

  @ApiProperty({
    description: 'Stable code to branch on; docs/reference/errors.md explains each code.',
    example: 'request_not_found',
  })
  code!: string;

  @ApiProperty({
    description: 'What happened and how to fix it.',
    example: 'There is no request with this ID.',
  })
  detail!: string;

  @ApiProperty({ description: 'The path that was called.', example: '/status/0193…' })
  instance!: string;
}
