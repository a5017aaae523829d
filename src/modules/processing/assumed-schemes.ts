import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isSchemeAssumed } from '../../platform/catalog/image-cell/assumed-scheme.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { readCellsOfImage } from '../../platform/database/statements/read-cells-of-image.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { ErrorDefinition } from '../../platform/errors/error-definition.js';
import { OUTBOUND_ERRORS } from '../../platform/http-client/error-table.js';

/** Errors of a server that may support http only. */
const WITHOUT_HTTPS = new Set<ErrorDefinition>([
  OUTBOUND_ERRORS.connection_refused,
  OUTBOUND_ERRORS.connection_reset,
  OUTBOUND_ERRORS.connection_timed_out,
  OUTBOUND_ERRORS.response_invalid,
  OUTBOUND_ERRORS.tls_invalid,
  OUTBOUND_ERRORS.tls_chain_incomplete,
  OUTBOUND_ERRORS.tls_outdated,
]);

/** Downloads images whose cell names no protocol: by https first, as on the page of a shop, then by http. */
@Injectable()
export class AssumedSchemes {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Calls `download` with the URL of the image, and with `http:` if the server does not support the assumed
   * `https:`.
   * @throws the first error if both fail for want of a connection
   */
  async withHttpFallback<T>(
    { id, inputUrl }: ClaimedImage,
    download: (url: string) => Promise<T>,
  ): Promise<T> {
    try {
      return await download(inputUrl);
    } catch (error) {
      if (!isWithoutHttps(error)) throw error;
      const cells = await readCellsOfImage(this.dataSource, id);
      if (!isSchemeAssumed(inputUrl, cells)) throw error;
      return download(inputUrl.replace(/^https:/, 'http:')).catch((second: unknown) => {
        throw isWithoutHttps(second) ? error : second;
      });
    }
  }
}

const isWithoutHttps = (error: unknown): boolean =>
  error instanceof AppError && WITHOUT_HTTPS.has(error.definition);
