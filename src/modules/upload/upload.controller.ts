import { Controller, HttpCode, HttpStatus, Post, Req, Res, StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { COMMON_ERRORS } from '../../platform/errors/error-table.js';
import { AppError } from '../../platform/errors/app-error.js';
import { addToLogContext } from '../../platform/logging/log-context.js';
import { Owner } from '../../platform/http/caller.js';
import { addRequestIdToLog } from '../../platform/http/http-log.middleware.js';
import type { Links } from '../../platform/http/links.js';
import { RequestLinks } from '../../platform/http/request-links.js';
import { toCatalogColumns } from '../../platform/database/stored-catalog.js';
import { OpenWorkQuota } from '../../platform/database/open-work-quota.js';
import type { TraceSpan } from '../../platform/telemetry/trace-span.js';
import { Tracing } from '../../platform/telemetry/tracing.js';
import { Signals } from '../../platform/queues/signals.js';
import { Estimator } from './estimate.js';
import {
  computeFingerprint,
  readIdempotencyKey,
  IdempotencyKeyReusedError,
} from './idempotency.js';
import type { ProblemList } from './problem-list.js';
import { UploadAcceptedDto, UploadCheckedDto } from './upload-response.dto.js';
import { UploadOptions } from './upload-options.dto.js';
import type { ReceivedCatalog, RepeatedUpload } from './received-upload.js';
import { UploadReceiver } from './upload-receiver.js';
import { DescribeUpload } from './upload.docs.js';
import { WebhookSelector } from './webhook-selector.js';
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
    private readonly webhookSelector: WebhookSelector,
    private readonly estimator: Estimator,
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
    const receivedUpload = await this.receiver.receiveUpload(request, response);
    try {
      const options = UploadOptions.from({ ...request.body });
      if ('problems' in receivedUpload)
        return await sendProblems(receivedUpload.problems, response);
      if ('firstUpload' in receivedUpload)
        return this.replayResponse(receivedUpload, options, response);
      return await this.storeRequest(receivedUpload, options, call);
    } finally {
      // Rolls back a transaction that was not committed.
      await receivedUpload.store?.rollback();
    }
  }

  private async storeRequest(
    catalog: ReceivedCatalog,
    options: UploadOptions,
    { owner, links, request, response, span }: UploadCall,
  ): Promise<UploadAcceptedDto | UploadCheckedDto> {
    const webhook = await this.webhookSelector.selectWebhook(options);
    const { file, requestId, filename, store } = catalog;
    const compression = {
      options: options.toFirstCompressionOptions(),
      outputs: options.toRequestOutputs(),
    };
    const { reader } = file;
    if (options.dry_run || store === undefined) {
      response.status(HttpStatus.OK);
      const estimate = options.estimate
        ? await this.estimator.estimateFile(file, outputsOf(compression), owner, response)
        : null;
      return UploadCheckedDto.from(catalog, estimate);
    }
    const responseBody = UploadAcceptedDto.from(catalog, links, webhook);
    const location = `/status/${requestId}`;
    const key = readIdempotencyKey(request);
    await this.quota.checkNewRequest(
      store.query,
      owner,
      reader.imageCount - reader.faultyImageCount,
    );
    await store.commit({
      owner,
      filename,
      ...toCatalogColumns(reader.description),
      ...compression,
      srcset: options.srcset,
      filenameTemplate: options.filename_template ?? null,
      preset: options.preset ?? null,
      audit: options.getAuditScope(),
      baseUrl: links.baseUrl,
      webhookUrl: webhook.url,
      webhookSecret: webhook.secret,
      products: reader.productCount,
      imagesTotal: reader.imageCount,
      imagesFailed: reader.faultyImageCount,
      ...(span && { traceparent: span.traceparent }),
      ...(key !== undefined && {
        idempotencyKey: key,
        idempotencyFingerprint: computeFingerprint(catalog.fileSha256, options),
        idempotencyResponse: {
          status: 202,
          location,
          body: JSON.stringify(removeSecret(responseBody)),
        },
      }),
    });
    addRequestIdToLog(requestId);
    span?.setAttributes({
      'pressroom.request_id': requestId,
      'pressroom.images': reader.imageCount,
    });
    this.signals.imagesDue.next();
    response.location(location);
    return responseBody;
  }

  /** Replays the first response without its secret. Does not store or validate anything. */
  private replayResponse(
    { fileSha256, firstUpload }: RepeatedUpload,
    options: UploadOptions,
    response: Response,
  ): UploadAcceptedDto {
    if (firstUpload.fingerprint !== computeFingerprint(fileSha256, options)) {
      throw new IdempotencyKeyReusedError();
    }
    const { status, location, body } = firstUpload.response;
    response.status(status).location(location).set('Idempotent-Replayed', 'true');
    // A response that an earlier version stored may contain the secret.
    return removeSecret(JSON.parse(body) as UploadAcceptedDto);
  }
}

/** Removes the secret, which is shown only once. Another client may have sent the repeated upload. */
function removeSecret({
  webhook_secret: _secret,
  ...response
}: UploadAcceptedDto): UploadAcceptedDto {
  return response;
}

async function sendProblems(problems: ProblemList, response: Response): Promise<StreamableFile> {
  response.status(HttpStatus.OK);
  return new StreamableFile(await problems.toStream(), { type: 'text/csv; charset=utf-8' });
}
