import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { FORMATS } from '../../platform/compression/formats/index.js';
import { IMAGE_FORMATS } from '../../platform/compression/inspect/image-format.js';

export const EXAMPLE_KEY = '0123456789abcdef'.repeat(4);

const BINARY = { schema: { type: 'string', format: 'binary' } } as const;

export const DescribeImage = (summary: string, description: string) =>
  applyDecorators(
    ApiOperation({ summary, description }),
    ApiHeader({ name: 'If-None-Match', required: false }),
    ApiHeader({ name: 'Range', required: false }),
    ApiResponse({
      status: 200,
      description: 'The image',
      content: Object.fromEntries(
        IMAGE_FORMATS.map((format) => [FORMATS[format].contentType, BINARY]),
      ),
    }),
    ApiResponse({ status: 206, description: 'The requested range' }),
    ApiResponse({
      status: 302,
      description:
        'With `S3_DELIVERY=redirect` or `direct`: `Location` contains the URL of the image',
    }),
    ApiResponse({ status: 304, description: 'Not modified' }),
    ApiQuery({
      name: 'delivery',
      required: false,
      description: 'With `proxy`, this server sends the image itself, regardless of `S3_DELIVERY`.',
    }),
    ApiQuery({
      name: 'expires',
      required: false,
      description: 'With `IMAGE_URL_TTL`: Unix time at which the URL expires.',
    }),
    ApiQuery({
      name: 'signature',
      required: false,
      description: 'With `IMAGE_URL_TTL`: signature of the URL.',
    }),
    ApiResponse({
      status: 403,
      description: 'With `IMAGE_URL_TTL`: `image_url_expired`, `image_url_invalid`',
    }),
    ApiResponse({ status: 404, description: 'The image does not exist (`image_not_found`)' }),
    ApiResponse({
      status: 416,
      description: 'The range is outside the image (`range_not_satisfiable`)',
    }),
  );
