import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AppError } from '../../platform/errors/app-error.js';
import { type ContentCoding, type PageFile, PageFiles } from './page-files.js';
import { PAGE_ERRORS } from './error-table.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';

/** Allows no external resource and no inline script or style. Source images come through the API as blobs. */
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' blob: data:`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
].join('; ');

/** Serves the web page. All views have their own URLs, which return the same document. */
@ApiExcludeController()
@Controller()
export class PageController {
  constructor(private readonly files: PageFiles) {}

  @Get(['/', '/all', '/help', '/operator', '/r/:id', '/r/:id/:tab'])
  document(@Req() request: Request, @Res() response: Response): Promise<void> {
    const document = this.files.find('/index.html');
    if (!document) throw new PageNotBuiltError();
    response.set({
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': POLICY,
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    });
    return send(document, request, response);
  }

  /** File names contain a hash of the content. */
  @Get('/assets/:name')
  asset(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.sendFile(request, response, 'public, max-age=31536000, immutable');
  }

  @Get(['/favicon.svg', '/sample/:name'])
  publicFile(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.sendFile(request, response, 'public, max-age=3600');
  }

  private sendFile(request: Request, response: Response, caching: string): Promise<void> {
    const file = this.files.find(request.path);
    if (!file) throw new PageFileNotFoundError();
    response.set({ 'Cache-Control': caching, 'X-Content-Type-Options': 'nosniff' });
    return send(file, request, response);
  }
}

async function send(file: PageFile, request: Request, response: Response): Promise<void> {
  const { type, plain, isCompressible } = file;
  const accepted = isCompressible ? request.acceptsEncodings('br', 'gzip') : false;
  const coding = accepted as ContentCoding | false;
  response.set({ 'Content-Type': type, ...(isCompressible ? { Vary: 'Accept-Encoding' } : {}) });
  if (!coding) return void response.end(plain);
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
      message: 'The page has no such file. Reload the page: a new version may have been installed.',
    });
  }
}
