import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ImageUrlSigner } from '../../platform/http/image-url-signer.js';
import { FORMATS } from '../../platform/compression/formats/index.js';
import { IMAGE_FORMATS } from '../../platform/compression/image-format.js';
import { parseArtifactName } from '../../platform/storage/artifact-key.js';
import { ArtifactStore, type StoredArtifact } from '../../platform/storage/artifact-store.js';
import { sendArtifact } from './send-artifact.js';
import { ImageNotFoundError, RangeNotSatisfiableError } from './image-errors.js';

const binary = { schema: { type: 'string', format: 'binary' } } as const;
const EXAMPLE = `${'0123456789abcdef'.repeat(4)}.jpg`;

/** Serves artifacts. Names are content addresses, so an answer never becomes stale. */
@ApiTags('Images')
@Controller('images')
export class ImagesController {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly signer: ImageUrlSigner,
  ) {}

  @Get(':name')
  @ApiOperation({
    summary: 'Get a compressed image',
    description:
      'The URLs are in `output_url` of a status and in the output CSV. Answers are immutable. `Range`, `If-None-Match` and `HEAD` are supported.',
  })
  @ApiParam({ name: 'name', example: EXAMPLE })
  @ApiHeader({ name: 'If-None-Match', required: false })
  @ApiHeader({ name: 'Range', required: false })
  @ApiResponse({
    status: 200,
    description: 'The image',
    content: Object.fromEntries(
      IMAGE_FORMATS.map((format) => [FORMATS[format].contentType, binary]),
    ),
  })
  @ApiResponse({ status: 206, description: 'The requested range' })
  @ApiResponse({
    status: 302,
    description: 'With `S3_DELIVERY=redirect` or `direct`: the image is at the URL in `Location`',
  })
  @ApiResponse({ status: 304, description: 'Not modified' })
  @ApiQuery({
    name: 'delivery',
    required: false,
    description: 'With `proxy`, this server sends the image itself, independent of `S3_DELIVERY`.',
  })
  @ApiQuery({ name: 'expires', required: false, description: 'With `IMAGE_URL_TTL`: Unix time.' })
  @ApiQuery({ name: 'signature', required: false, description: 'With `IMAGE_URL_TTL`.' })
  @ApiResponse({
    status: 403,
    description: 'With `IMAGE_URL_TTL`: `image_url_expired`, `image_url_invalid`',
  })
  @ApiResponse({ status: 404, description: 'There is no such image (`image_not_found`)' })
  @ApiResponse({
    status: 416,
    description: 'The range is outside the image (`range_not_satisfiable`)',
  })
  async image(
    @Param('name') name: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const seconds = this.signer.urls?.check(name, request.query);
    const parsed = parseArtifactName(name);
    const artifact = parsed && (await this.artifacts.find(parsed.key, parsed.format));
    if (!artifact) throw new ImageNotFoundError();
    if (request.query.delivery !== 'proxy' && (await this.redirect(response, artifact, seconds))) {
      return;
    }
    response.set({
      'Content-Type': FORMATS[artifact.format].contentType,
      'Cache-Control':
        seconds === undefined
          ? 'public, max-age=31536000, immutable'
          : `private, max-age=${seconds}, immutable`,
      ETag: `"${artifact.key}"`,
      'X-Content-Type-Options': 'nosniff',
      // Shops on other sites embed these images.
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    if (artifact.path) await sendFile(response, artifact);
    else await sendArtifact(this.artifacts, artifact, request, response);
  }

  /** @returns false when the storage has no URL for clients */
  private async redirect(
    response: Response,
    artifact: StoredArtifact,
    seconds: number | undefined,
  ): Promise<boolean> {
    const target = await this.artifacts.redirectUrl(artifact, seconds);
    if (!target) return false;
    response.set({
      'Cache-Control': `private, max-age=${target.maxAgeSeconds}`,
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.redirect(302, target.url);
    return true;
  }
}

/** Resolves when the response is sent or the client has disconnected. */
async function sendFile(response: Response, { path, bytes }: StoredArtifact): Promise<void> {
  // `dotfiles` concerns the parent folders, which the operator chooses. Artifact names have no dot.
  const options = { dotfiles: 'allow', cacheControl: false, lastModified: false } as const;
  const error = await new Promise<(Error & { status?: number }) | undefined>((resolve) => {
    response.sendFile(path!, options, resolve);
  });
  if (!error || response.headersSent) return;

  // These headers do not apply to the problem document that is sent instead.
  for (const name of ['Cache-Control', 'ETag', 'Content-Type']) response.removeHeader(name);
  if (error.status === 416) {
    response.set('Content-Range', `bytes */${bytes}`);
    throw new RangeNotSatisfiableError(bytes);
  }
  throw error.status === 404 ? new ImageNotFoundError(error) : error;
}
