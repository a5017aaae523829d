import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Owner } from '../../platform/http/caller.js';
import { DescribeProblems, invalidParameter } from '../../platform/http/describe-problems.js';
import { FORMATS } from '../../platform/compression/formats/index.js';
import { IMAGE_FORMATS } from '../../platform/compression/inspect/image-format.js';
import { PreviewImages, type PreviewedImage } from './preview-images.js';
import { PreviewRequestDto } from './preview.dto.js';
import { IMAGE_ERRORS } from '../../platform/compression/error-table.js';
import { HttpStatusError } from '../../platform/http-client/response/http-status-error.js';
import { AddressDeniedError } from '../../platform/http-client/outbound-errors.js';
import { PREVIEW_ERRORS } from './error-table.js';

const binary = { schema: { type: 'string', format: 'binary' } };
const size = (description: string) => ({ description, schema: { type: 'integer' } });
const score = (description: string) => ({ description, schema: { type: 'number' } });

@ApiTags('Preview')
@Controller('preview')
export class PreviewController {
  constructor(private readonly images: PreviewImages) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Preview one image before or after compression',
    description:
      'Downloads the image under the same address policy and limits as an upload. Returns the result of an upload with the same options. Nothing is stored.',
  })
  @ApiOkResponse({
    description: 'The image',
    headers: {
      'Preview-Bytes-In': size('Bytes of the source.'),
      'Preview-Bytes-Out': size('Bytes of the response.'),
      'Preview-Quality': size('Quality that `target_score` or `max_bytes` selected.'),
      'Preview-Score': score('SSIMULACRA 2 score at this quality, if it was measured.'),
    },
    content: Object.fromEntries(
      IMAGE_FORMATS.map((format) => [FORMATS[format].contentType, binary]),
    ),
  })
  @DescribeProblems(
    '/preview',
    invalidParameter('quality', 'quality must be a whole number from 1 to 100'),
    new AddressDeniedError('10.0.0.7', '10.0.0.7'),
    IMAGE_ERRORS.image_corrupt,
    PREVIEW_ERRORS.too_many_previews,
    new HttpStatusError('shop.example.com', 404),
  )
  async previewImage(
    @Body() wanted: PreviewRequestDto,
    @Owner() owner: string,
    @Res() response: Response,
  ): Promise<void> {
    const disconnected = new AbortController();
    response.on('close', () => disconnected.abort());
    try {
      const caller = { owner, signal: disconnected.signal };
      await this.images.preview(wanted, caller, (image, signal) => send(image, response, signal));
    } catch (error) {
      if (!disconnected.signal.aborted) throw error;
    }
  }
}

async function send(image: PreviewedImage, response: Response, signal: AbortSignal): Promise<void> {
  response.set({
    'Content-Type': FORMATS[image.format].contentType,
    'Content-Length': String(image.bytesOut),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Preview-Bytes-In': String(image.bytesIn),
    'Preview-Bytes-Out': String(image.bytesOut),
    ...(image.quality !== undefined && { 'Preview-Quality': String(image.quality) }),
    ...(image.score !== undefined && { 'Preview-Score': image.score.toFixed(1) }),
  });
  await pipeline(createReadStream(image.path), response, { signal });
}
