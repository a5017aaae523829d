import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { IdPipe } from '../../platform/http/id.pipe.js';
import type { Links } from '../../platform/http/links.js';
import { RequestLinks } from '../../platform/http/request-links.js';
import { DescribeErrors, DescribeOutput, DescribeZip } from './download.docs.js';
import { ErrorsQueryDto, OutputQueryDto, ZipQueryDto } from './download.query.dto.js';
import { ExportService } from './export.service.js';
import { OpenDownloads } from './open-downloads.js';

@Controller('download')
export class DownloadController {
  constructor(
    private readonly service: ExportService,
    private readonly downloads: OpenDownloads,
  ) {}

  @Get(':id')
  @DescribeOutput()
  async outputFile(
    @Param('id', IdPipe) id: string,
    @Query() query: OutputQueryDto,
    @RequestLinks() links: Links,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const download = await this.service.openOutputFile(id, query, links);
    await this.downloads.sendFile(download, request, response);
  }

  @Get(':id/errors')
  @DescribeErrors()
  async errorsFile(
    @Param('id', IdPipe) id: string,
    @Query() query: ErrorsQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.downloads.sendFile(await this.service.openErrorsFile(id, query), request, response);
  }

  @Get(':id/images.zip')
  @DescribeZip()
  async imagesZip(
    @Param('id', IdPipe) id: string,
    @Query() { partial }: ZipQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const zip = await this.service.openZip(id, partial);
    await this.downloads.sendZip(zip, request, response);
  }
}
