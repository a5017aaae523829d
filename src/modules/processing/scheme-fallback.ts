import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { wasSchemeAdded } from '../../platform/catalog/image-cell/assumed-scheme.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { readImageCells } from '../../platform/database/statements/read-image-cells.js';
import { withHttpFallback } from '../../platform/http-client/request/http-fallback.js';

/**
 * Downloads images whose cell contains a URL without a protocol. Tries https first, as a browser does on an
 * https page, and then http.
 */
@Injectable()
export class SchemeFallback {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Calls `download` with the URL of the image, and with `http:` if the server does not support the
   * assumed `https:`.
   * @throws the first error if neither protocol can connect
   */
  withHttpFallback<T>(
    { id, inputUrl }: ClaimedImage,
    download: (url: string) => Promise<T>,
  ): Promise<T> {
    const isHttpsAssumed = async () =>
      wasSchemeAdded(inputUrl, await readImageCells(this.dataSource, id));
    return withHttpFallback(inputUrl, isHttpsAssumed, download);
  }
}
