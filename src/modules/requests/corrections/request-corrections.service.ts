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
import { correctByFile } from './correct-by-file.js';
import { correctByList, type ListedCorrection } from './correct-by-list.js';
import { toCorrectionError, RequestCancelledError } from './correction-errors.js';
import { CorrectionReport } from './correction-report.js';
import { bytesOf, receiveErrorsFile } from './received-errors-file.js';

export interface Corrected {
  corrected: number;
  report: CorrectionReport;
}

/** Gives failed images new URLs and makes them pending again. */
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
  correctListed(id: string, corrections: readonly ListedCorrection[]): Promise<Corrected> {
    const report = new CorrectionReport();
    return this.correct(id, correctByList(corrections, report), report);
  }

  /** @throws the errors of `correctListed`, CorrectionsMissingError, errors of the file */
  async correctFromForm(id: string, request: Request, response: Response): Promise<Corrected> {
    const { MAX_UPLOAD_BYTES: maxBytes, UPLOAD_TIMEOUT_SECONDS } = this.env;
    const limits = {
      maxBytes,
      timeoutSeconds: UPLOAD_TIMEOUT_SECONDS,
      slots: this.slots,
      temporaryFolder: tmpdir(),
    };
    try {
      const file = await receiveErrorsFile(request, response, limits);
      try {
        const report = new CorrectionReport();
        return await this.correct(
          id,
          correctByFile(openProductFile(bytesOf(file)), report),
          report,
        );
      } finally {
        await file.close();
      }
    } catch (error) {
      throw toCorrectionError(error, maxBytes);
    }
  }

  private async correct(
    id: string,
    find: FindCorrections,
    report: CorrectionReport,
  ): Promise<Corrected> {
    const result = await this.repository.correctRequest(id, find);
    if (result === 'unknown') throw new RequestNotFoundError();
    if (result === 'cancelled') throw new RequestCancelledError();
    if (result === 'busy') throw new RequestBusyError();
    const { corrected } = result;
    if (corrected > 0) {
      this.log.log({ message: 'Images corrected', images: corrected });
      this.signals.imagesDue.next();
    }
    return { corrected, report };
  }
}
