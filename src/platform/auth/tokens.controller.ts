import { Controller, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Owner } from '../http/caller.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../http/describe-problems.js';
import { IdPipe, RequestNotFoundError } from '../http/id.pipe.js';
import { RequestsRepository } from '../database/repositories/requests.js';
import { AccessTokens } from './access-tokens.js';

export class AccessTokenDto {
  /** Token. Add it to a URL as `?token=…`. */
  @ApiProperty({ example: '1769850300.c2hvcA.kJ0u…' })
  token!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:05:00.000Z' })
  expires_at!: string;
}

export class ReportTokenDto {
  /** Token. Add it to the URL of the report as `?token=…`. */
  @ApiProperty({ example: '0.c2hvcA.kJ0u…' })
  token!: string;

  /** Null for a token that does not expire. */
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: '2026-01-31T09:05:00.000Z',
  })
  expires_at!: string | null;
}

@ApiTags('Access')
@Controller('requests/:id')
export class TokensController {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly requests: RequestsRepository,
  ) {}

  @Post('token')
  @HttpCode(201)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Create a token for links to a request',
    description:
      'Creates a token for URLs that are opened without headers, such as a link in a browser. For five minutes, `?token=` gives access to the downloads and events of this request. A download that is in progress continues after that.',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
  @ApiCreatedResponse({ type: AccessTokenDto })
  @DescribeProblems(
    '/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/token',
    MALFORMED_ID,
    REQUEST_NOT_FOUND,
    DATABASE_UNAVAILABLE,
  )
  async createToken(
    @Param('id', IdPipe) id: string,
    @Owner() owner: string,
  ): Promise<AccessTokenDto> {
    if ((await this.requests.findOwner(id)) === undefined) throw new RequestNotFoundError();
    const { token, expiresAt } = this.tokens.issueToken(owner, id);
    return { token, expires_at: expiresAt.toISOString() };
  }

  @Post('report/token')
  @HttpCode(201)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Create a token to share the report of a request',
    description:
      '`?token=` gives access to the report (`GET /requests/:id/report`) without a key, but to nothing else. It expires after `IMAGE_URL_TTL` seconds, like image URLs. If `IMAGE_URL_TTL` is 0, the token works until the request is deleted or its key is removed from `API_KEYS`.',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
  @ApiCreatedResponse({ type: ReportTokenDto })
  @DescribeProblems(
    '/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/report/token',
    MALFORMED_ID,
    REQUEST_NOT_FOUND,
    DATABASE_UNAVAILABLE,
  )
  async createReportToken(
    @Param('id', IdPipe) id: string,
    @Owner() owner: string,
  ): Promise<ReportTokenDto> {
    if ((await this.requests.findOwner(id)) === undefined) throw new RequestNotFoundError();
    const { token, expiresAt } = this.tokens.issueReportToken(owner, id);
    return { token, expires_at: expiresAt?.toISOString() ?? null };
  }
}
