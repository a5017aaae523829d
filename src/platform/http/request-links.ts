import {
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type PipeTransform,
} from '@nestjs/common';
import type { Request } from 'express';
import { Env } from '../config/env.js';
import { ImageUrlSigner } from './image-url-signer.js';
import { Links } from './links.js';

@Injectable()
class LinksPipe implements PipeTransform<Request, Links> {
  constructor(
    private readonly env: Env,
    private readonly signer: ImageUrlSigner,
  ) {}

  transform(request: Request): Links {
    return Links.forCall(request, this.env, this.signer.urls);
  }
}

const HttpRequest = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<Request>(),
);

/**
 * Injects a builder of absolute URLs into a controller. The caller can reach these URLs.
 *
 * @example
 * findRequest(@RequestLinks() links: Links) {}
 */
export const RequestLinks = (): ParameterDecorator => HttpRequest(LinksPipe);
