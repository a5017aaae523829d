import { Controller, HttpCode, HttpStatus, Post, Req, Res, StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { COMMON_ERRORS } from '../../platform/errors/error-table.js';
import { AppError } from '../../platform/errors/app-error.js';
import { addToLogContext } from '../../platform/logging/log-context.js';
import { Owner } from '../../platform/http/caller.js';
import { logAsRequest } from '../../platform/http/http-log.middleware.js';
import type { Links } from '../../platform/http/links.js';
import { RequestLinks } from '../../platform/http/request-links.js';
import { toCatalogColumns } from '../../platform/database/stored-catalog.js';
import { OpenWorkQuota } from '../../platform/database/open-work-quota.js';
import type { TraceSpan } from '../../platform/telemetry/trace-span.js';
import { Tracing } from '../../platform/telemetry/tracing.js';
import { Signals } from '../../platform/queues/signals.js';
import { Estimates } from './estimate.js';
import { fingerprint, readIdempotencyKey, IdempotencyKeyReusedError } from './idempotency.js';
import type { ProblemList } from './problem-list.js';
import { UploadAcceptedDto, UploadCheckedDto } from './upload-response.dto.js';
import { UploadOptions } from './upload-options.dto.js';
import type { ReceivedCatalog, RepeatedUpload } from './received-upload.js';
import { UploadReceiver } from './upload-receiver.js';
import { DescribeUpload } from './upload.docs.js';
import { WebhookChoice } from './webhook-choice.js';
import { outputsOf } from '../../platform/database/request-output.js';

interface UploadCall {
  owner: string;
  links: Links;
  request: Request;
  response: Response;
  span?: TraceSpan;
}

@Controller()
export class UploadController {
  constructor(
    private readonly receiver: UploadReceiver,
    private readonly quota: OpenWorkQuota,
    private readonly webhooks: WebhookChoice,
    private readonly estimates: Estimates,
    private readonly signals: Signals,
    private readonly tracing: Tracing,
  ) {}

  @Post('upload')
  @HttpCode(HttpStatus.ACCEPTED)
  @DescribeUpload()
  async upload(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Owner() owner: string,
    @RequestLinks() links: Links,
  ): Promise<UploadAcceptedDto | UploadCheckedDto | StreamableFile> {
    const span = this.startSpan(request);
    try {
      return await this.processUpload({ owner, links, request, response, span });
    } catch (error) {
      span?.setFailed(error instanceof AppError ? error.code : COMMON_ERRORS.internal_error.code);
      throw error;
    } finally {
      span?.end();
    }
  }

  private startSpan(request: Request): TraceSpan | undefined {
    const parent = request.get('traceparent');
    const span = this.tracing.startSpan('upload', { kind: 'server', parent });
    if (span) addToLogContext({ trace_id: span.traceId });
    return span;
  }

  private async processUpload(
    call: UploadCall,
  ): Promise<UploadAcceptedDto | UploadCheckedDto | StreamableFile> {
    const { request, response } = call;
    const received = await this.receiver.receive(request, response);
    try {
      const options = UploadOptions.from({ ...request.body });
      if ('problems' in received) return await sendProblems(received.problems, response);
      if ('first' in received) return this.replayResponse(received, options, response);
      return await this.storeRequest(received, options, call);
    } finally {
      // Rolls back a transaction that was not committed.
      await received.store?.rollback();
    }
  }

  private async storeRequest(
    catalog: ReceivedCatalog,
    options: UploadOptions,
    { owner, links, request, response, span }: UploadCall,
  ): Promise<UploadAcceptedDto | UploadCheckedDto> {
    const webhook = await this.webhooks.choose(options);
    const { file, requestId, filename, store } = catalog;
    const requested = {
      options: options.firstCompressionOptions(),
      outputs: options.requestOutputs(),
    };
    const { reader } = file;
    if (options.dry_run || store === undefined) {
      response.status(HttpStatus.OK);
      const estimate = options.estimate
        ? await this.estimates.estimate(file, outputsOf(requested), owner, response)
        : null;
      return UploadCheckedDto.from(catalog, estimate);
    }
    const accepted = UploadAcceptedDto.from(catalog, links, webhook);
    const location = `/status/${requestId}`;
    const key = readIdempotencyKey(request);
    await this.quota.checkNewRequest(store.query, owner, reader.images - reader.faultyImages);
    await store.commit({
      owner,
      filename,
      ...toCatalogColumns(reader.description),
      ...requested,
      srcset: options.srcset,
      filenameTemplate: options.filename_template ?? null,
      preset: options.preset ?? null,
      audit: options.auditScope(),
      baseUrl: links.base,
      webhookUrl: webhook.url,
      webhookSecret: webhook.secret,
      products: reader.products,
      imagesTotal: reader.images,
      imagesFailed: reader.faultyImages,
      ...(span && { traceparent: span.traceparent }),
      ...(key !== undefined && {
        idempotencyKey: key,
        idempotencyFingerprint: fingerprint(catalog.fileSha256, options),
        idempotencyResponse: {
          status: 202,
          location,
          body: JSON.stringify(withoutSecret(accepted)),
        },
      }),
    });
    logAsRequest(requestId);
    span?.setAttributes({ 'pressroom.request_id': requestId, 'pressroom.images': reader.images });
    this.signals.imagesDue.next();
    response.location(location);
    return accepted;
  }

  /** Replays the first response without its secret. Stores and validates nothing. */
  private replayResponse(
    { fileSha256, first }: RepeatedUpload,
    options: UploadOptions,
    response: Response,
  ): UploadAcceptedDto {
    if (first.fingerprint !== fingerprint(fileSha256, options)) {
      throw new IdempotencyKeyReusedError();
    }
    const { status, location, body } = first.response;
    response.status(status).location(location).set('Idempotent-Replayed', 'true');
    // A response that an earlier version stored may contain the secret.
    return withoutSecret(JSON.parse(body) as UploadAcceptedDto);
  }
}

/** Removes the secret, which is shown once. A repeated upload may come from another client. */
function withoutSecret({
  webhook_secret: _secret,
  ...shown
}: UploadAcceptedDto): UploadAcceptedDto {
  return shown;
}

async function sendProblems(problems: ProblemList, response: Response): Promise<StreamableFile> {
  response.status(HttpStatus.OK);
  return new StreamableFile(await problems.toStream(), { type: 'text/csv; charset=utf-8' });
}
