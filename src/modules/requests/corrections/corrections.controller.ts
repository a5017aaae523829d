import { Body, Controller, Header, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { IdPipe } from '../../../platform/http/id.pipe.js';
import { DescribeCorrections } from './corrections.docs.js';
import { CorrectionResultDto, CorrectionsDto } from './corrections.dto.js';
import { RequestCorrections } from './request-corrections.service.js';

@ApiTags('Requests')
@ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
@Controller('requests')
export class CorrectionsController {
  constructor(private readonly corrections: RequestCorrections) {}

  @Post(':id/corrections')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @DescribeCorrections()
  async correctImages(
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CorrectionResultDto> {
    const isForm = request.is('multipart/form-data') !== false;
    const result = isForm
      ? await this.corrections.correctFromForm(id, request, response)
      : await this.corrections.correctFromList(id, CorrectionsDto.from(body).corrections);
    return CorrectionResultDto.from(result);
  }
}
