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

const BINARY = { schema: { type: 'string', format: 'binary' } };
const createIntegerHeader = (description: string) => ({ description, schema: { type: 'integer' } });
const createNumberHeader = (description: string) => ({ description, schema: { type: 'number' } });

@ApiTags('Preview')
@Controller('preview')
export class PreviewController {
  constructor(private readonly images: PreviewImages) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Preview one image before or after compression',
    description:
      'Downloads the image with the same address policy and limits as an upload. Returns the same result as an upload with these options. Stores nothing.',
  })
  @ApiOkResponse({
    description: 'The image',
    headers: {
      'Preview-Bytes-In': createIntegerHeader('Size of the source, in bytes.'),
      'Preview-Bytes-Out': createIntegerHeader('Size of the response, in bytes.'),
      'Preview-Quality': createIntegerHeader(
        'Quality that was chosen for `target_score` or `max_bytes`.',
      ),
      'Preview-Score': createNumberHeader(
        'SSIMULACRA 2 score at this quality, if it was measured.',
      ),
    },
    content: Object.fromEntries(
      IMAGE_FORMATS.map((format) => [FORMATS[format].contentType, BINARY]),
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
    @Body() request: PreviewRequestDto,
    @Owner() owner: string,
    @Res() response: Response,
  ): Promise<void> {
    const disconnectController = new AbortController();
    response.on('close', () => disconnectController.abort());
    try {
      const caller = { owner, signal: disconnectController.signal };
      await this.images.createPreview(request, caller, (image, signal) =>
        sendImage(image, response, signal),
      );
    } catch (error) {
      if (!disconnectController.signal.aborted) throw error;
    }
  }
}

async function sendImage(
  image: PreviewedImage,
  response: Response,
  signal: AbortSignal,
): Promise<void> {
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
