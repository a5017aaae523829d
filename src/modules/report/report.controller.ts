import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { renderReportPage } from './report-page.js';
import { REPORT_POLICY } from './report-style.js';
import { ReportDto } from './report.dto.js';
import { ReportService } from './report.service.js';

@ApiTags('Status')
@Controller('requests/:id/report')
export class ReportController {
  constructor(private readonly reports: ReportService) {}

  @Get()
  @ApiOperation({
    summary: 'Get the report on a request',
    description:
      'Returns the bytes and seconds saved, audit results, duplicates, the largest savings, and problems by origin. Browsers receive a printable page, and other clients receive JSON. `?token=` grants access without a key (`POST /requests/:id/report/token`).',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
  @ApiExtraModels(ReportDto)
  @ApiResponse({
    status: 200,
    description: 'The report',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ReportDto) } },
      'text/html': { schema: { type: 'string' } },
    },
  })
  @DescribeProblems(
    '/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/report',
    MALFORMED_ID,
    REQUEST_NOT_FOUND,
    DATABASE_UNAVAILABLE,
  )
  async report(
    @Param('id', IdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const report = await this.reports.createReport(id);
    response.set({ 'Cache-Control': 'no-cache', Vary: 'Accept' });
    if (request.accepts(['json', 'html']) !== 'html') return void response.json(report);
    response.set({ 'Content-Security-Policy': REPORT_POLICY, 'Referrer-Policy': 'no-referrer' });
    response.type('html').send(renderReportPage(report));
  }
}
