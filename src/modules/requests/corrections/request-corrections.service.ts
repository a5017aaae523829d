import { Injectable, Logger } from '@nestjs/common';
import { tmpdir } from 'node:os';
import type { Request, Response } from 'express';
import { openProductFile } from '../../../platform/catalog/product-file.js';
import { UploadSlots } from '../../../platform/concurrency/upload-slots.js';
import { Env } from '../../../platform/config/env.js';
import {
  type FindCorrections,
  RequestCorrectionsRepository,
} from '../../../platform/database/repositories/request-corrections.js';
import { RequestNotFoundError } from '../../../platform/http/id.pipe.js';
import { Signals } from '../../../platform/queues/signals.js';
import { RequestBusyError } from '../lifecycle-errors.js';
import { findCorrectionsInFile } from './find-corrections-in-file.js';
import { findCorrectionsInList, type ListedCorrection } from './find-corrections-in-list.js';
import { toCorrectionError, RequestCancelledError } from './correction-errors.js';
import { CorrectionReport } from './correction-report.js';
import { readFileChunks, receiveErrorsFile } from './receive-errors-file.js';

export interface CorrectionResult {
  correctedCount: number;
  report: CorrectionReport;
}

/** Replaces the URLs of failed images and makes these images pending again. */
@Injectable()
export class RequestCorrections {
  private readonly log = new Logger(RequestCorrections.name);

  constructor(
    private readonly repository: RequestCorrectionsRepository,
    private readonly signals: Signals,
    private readonly slots: UploadSlots,
    private readonly env: Env,
  ) {}

  /** @throws RequestNotFoundError, RequestCancelledError, RequestBusyError, OpenWorkLimitError */
  correctFromList(id: string, corrections: readonly ListedCorrection[]): Promise<CorrectionResult> {
    const report = new CorrectionReport();
    return this.applyCorrections(id, findCorrectionsInList(corrections, report), report);
  }

  /** @throws the errors of `correctFromList`, CorrectionsMissingError, and errors in the file */
  async correctFromForm(
    id: string,
    request: Request,
    response: Response,
  ): Promise<CorrectionResult> {
    const { MAX_UPLOAD_BYTES: maxBytes, UPLOAD_TIMEOUT_SECONDS } = this.env;
    const options = {
      maxBytes,
      timeoutSeconds: UPLOAD_TIMEOUT_SECONDS,
      slots: this.slots,
      temporaryFolder: tmpdir(),
    };
    try {
      const file = await receiveErrorsFile(request, response, options);
      try {
        const report = new CorrectionReport();
        return await this.applyCorrections(
          id,
          findCorrectionsInFile(openProductFile(readFileChunks(file)), report),
          report,
        );
      } finally {
        await file.close();
      }
    } catch (error) {
      throw toCorrectionError(error, maxBytes);
    }
  }

  private async applyCorrections(
    id: string,
    findCorrections: FindCorrections,
    report: CorrectionReport,
  ): Promise<CorrectionResult> {
    const result = await this.repository.correctRequest(id, findCorrections);
    if (result === 'unknown') throw new RequestNotFoundError();
    if (result === 'cancelled') throw new RequestCancelledError();
    if (result === 'busy') throw new RequestBusyError();
    const correctedCount = result.corrected;
    if (correctedCount > 0) {
      this.log.log({ message: 'Images corrected', images: correctedCount });
      this.signals.imagesDue.next();
    }
    return { correctedCount, report };
  }
}
