import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import { ImageUrlSigner } from '../../platform/http/image-url-signer.js';
import { FORMATS } from '../../platform/compression/formats/index.js';
import { parseArtifactName, parseArtifactPath } from '../../platform/storage/artifact-key.js';
import { ArtifactStore, type StoredArtifact } from '../../platform/storage/artifact-store.js';
import { DescribeImage, EXAMPLE_KEY } from './images.docs.js';
import { sendArtifact } from './send-artifact.js';
import { ImageNotFoundError, RangeNotSatisfiableError } from './image-errors.js';

type ParsedName = ReturnType<typeof parseArtifactName>;

interface ImageDelivery {
  /** Seconds until the URL expires; undefined if it never expires. */
  validSeconds?: number;
  /** File name in the URL. */
  fileName?: string;
}

/** Serves artifacts. Names are content addresses, so a response never becomes stale. */
@ApiTags('Images')
@Controller('images')
export class ImagesController {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly signer: ImageUrlSigner,
  ) {}

  @Get(':name')
  @DescribeImage(
    'Get a compressed image',
    '`GET /status/:id` and the output CSV contain the URLs of images. Responses are immutable. `Range`, `If-None-Match` and `HEAD` are supported.',
  )
  @ApiParam({ name: 'name', example: `${EXAMPLE_KEY}.jpg` })
  async image(
    @Param('name') name: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const validSeconds = this.signer.urls?.verifyQuery(name, request.query);
    await this.sendImage(parseArtifactName(name), { validSeconds }, request, response);
  }

  @Get(':key/:file')
  @DescribeImage(
    'Get a compressed image by its file name',
    'Works like `GET /images/:name`. The file name comes from `filename_template` and is also in `Content-Disposition`.',
  )
  @ApiParam({ name: 'key', example: EXAMPLE_KEY })
  @ApiParam({ name: 'file', example: 'stone-mug-1.jpg' })
  async namedImage(
    @Param('key') key: string,
    @Param('file') file: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const validSeconds = this.signer.urls?.verifyQuery(`${key}/${file}`, request.query);
    await this.sendImage(
      parseArtifactPath(key, file),
      { validSeconds, fileName: file },
      request,
      response,
    );
  }

  private async sendImage(
    artifactName: ParsedName,
    { validSeconds, fileName }: ImageDelivery,
    request: Request,
    response: Response,
  ): Promise<void> {
    const artifact =
      artifactName && (await this.artifacts.find(artifactName.key, artifactName.format));
    if (!artifact) throw new ImageNotFoundError();
    const disposition =
      fileName === undefined ? undefined : contentDisposition(fileName, { type: 'inline' });
    if (
      request.query.delivery !== 'proxy' &&
      (await this.redirectToStorage(response, artifact, { validSeconds, disposition }))
    ) {
      return;
    }
    response.set({
      'Content-Type': FORMATS[artifact.format].contentType,
      'Cache-Control':
        validSeconds === undefined
          ? 'public, max-age=31536000, immutable'
          : `private, max-age=${validSeconds}, immutable`,
      ETag: `"${artifact.key}"`,
      ...(disposition !== undefined && { 'Content-Disposition': disposition }),
      'X-Content-Type-Options': 'nosniff',
      // Shops on other sites embed these images.
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    if (artifact.path) await sendFile(response, artifact);
    else await sendArtifact(this.artifacts, artifact, request, response);
  }

  /** @returns false if the storage does not provide URLs for clients */
  private async redirectToStorage(
    response: Response,
    artifact: StoredArtifact,
    { validSeconds, disposition }: { validSeconds?: number; disposition?: string },
  ): Promise<boolean> {
    const redirect = await this.artifacts.createRedirectUrl(artifact, validSeconds, disposition);
    if (!redirect) return false;
    response.set({
      'Cache-Control': `private, max-age=${redirect.maxAgeSeconds}`,
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.redirect(302, redirect.url);
    return true;
  }
}

/** Sends a local file. Resolves when the response is sent or the client has disconnected. */
async function sendFile(response: Response, { path, bytes }: StoredArtifact): Promise<void> {
  // Allows dots in folder names, which the operator chooses. Artifact names never start with a dot.
  const options = { dotfiles: 'allow', cacheControl: false, lastModified: false } as const;
  const error = await new Promise<(Error & { status?: number }) | undefined>((resolve) => {
    response.sendFile(path!, options, resolve);
  });
  if (!error || response.headersSent) return;

  // These headers do not apply to the problem document that replaces the image.
  for (const name of ['Cache-Control', 'ETag', 'Content-Type', 'Content-Disposition'])
    response.removeHeader(name);
  if (error.status === 416) {
    response.set('Content-Range', `bytes */${bytes}`);
    throw new RangeNotSatisfiableError(bytes);
  }
  throw error.status === 404 ? new ImageNotFoundError(error) : error;
}
