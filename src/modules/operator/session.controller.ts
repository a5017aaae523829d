import { Controller, Delete, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Admin, ADMIN_PROBLEMS } from '../../platform/auth/admin.decorator.js';
import { AdminSessions } from '../../platform/auth/admin-sessions.js';
import { AdminName } from '../../platform/http/caller.js';
import { DescribeProblems } from '../../platform/http/describe-problems.js';
import { OperatorDto, SessionDto } from './session.dto.js';

@Admin()
@ApiTags('Operator')
@Controller('operator/session')
export class SessionController {
  constructor(private readonly sessions: AdminSessions) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Get the name of the signed-in operator' })
  @ApiOkResponse({ type: OperatorDto })
  @DescribeProblems('/operator/session', ...ADMIN_PROBLEMS)
  currentOperator(@AdminName() name: string): OperatorDto {
    return { name };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Sign in with an admin key',
    description:
      'Sets a cookie for `/operator` and `/queues` that is valid for eight hours or until the key is removed. Scripts on the page cannot read the cookie. Programs do not need a session. They send the key with each call.',
  })
  @ApiCreatedResponse({ type: SessionDto })
  @DescribeProblems('/operator/session', ...ADMIN_PROBLEMS)
  signIn(@Req() request: Request, @Res({ passthrough: true }) response: Response): SessionDto {
    const { name, expires } = this.sessions.signIn(request, response);
    return { name, expires_at: expires.toISOString() };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out', description: 'Removes the cookie.' })
  @ApiNoContentResponse({ description: 'The cookie has been removed.' })
  @DescribeProblems('/operator/session', ...ADMIN_PROBLEMS)
  signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): void {
    this.sessions.signOut(request, response);
  }
}
