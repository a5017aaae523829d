import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AppError } from '../../platform/errors/app-error.js';
import { type ContentCoding, type PageFile, PageFiles } from './page-files.js';
import { PAGE_ERRORS } from './error-table.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';

/** Allows no external resources and no inline scripts or styles. Source images are loaded from the API as blobs. */
const CONTENT_SECURITY_POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' blob: data:`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
].join('; ');

/** Serves the web page. Each view has its own URL, and all URLs return the same document. */
@ApiExcludeController()
@Controller()
export class PageController {
  constructor(private readonly files: PageFiles) {}

  @Get(['/', '/all', '/help', '/operator', '/r/:id', '/r/:id/:tab'])
  sendDocument(@Req() request: Request, @Res() response: Response): Promise<void> {
    const document = this.files.findFile('/index.html');
    if (!document) throw new PageNotBuiltError();
    response.set({
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    });
    return sendPageFile(document, request, response);
  }

  /** Sends an asset. Asset names contain a hash of the content, so assets are immutable. */
  @Get('/assets/:name')
  sendAsset(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.sendFile(request, response, 'public, max-age=31536000, immutable');
  }

  @Get(['/favicon.svg', '/sample/:name'])
  sendPublicFile(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.sendFile(request, response, 'public, max-age=3600');
  }

  private sendFile(request: Request, response: Response, cacheControl: string): Promise<void> {
    const file = this.files.findFile(request.path);
    if (!file) throw new PageFileNotFoundError();
    response.set({ 'Cache-Control': cacheControl, 'X-Content-Type-Options': 'nosniff' });
    return sendPageFile(file, request, response);
  }
}

async function sendPageFile(file: PageFile, request: Request, response: Response): Promise<void> {
  const { type, content, isCompressible } = file;
  const acceptedCoding = isCompressible ? request.acceptsEncodings('br', 'gzip') : false;
  const coding = acceptedCoding as ContentCoding | false;
  response.set({ 'Content-Type': type, ...(isCompressible ? { Vary: 'Accept-Encoding' } : {}) });
  if (!coding) return void response.end(content);
  const body = await file.compressOnce(coding);
  response.set('Content-Encoding', coding);
  response.end(body);
}

class PageNotBuiltError extends AppError {
  constructor() {
    super(PAGE_ERRORS.page_not_built);
  }
}

class PageFileNotFoundError extends AppError {
  constructor() {
    super(HTTP_ERRORS.not_found, {
      message: 'File not found. Reload the page, because a new version may have been installed.',
    });
  }
}
