import { callbackify } from 'node:util';
import type { Request, Response } from 'express';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { StorageEngine } from 'multer';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { clearBodyDeadline, rejectBody } from '../../platform/http/body-deadline.js';
import { getOwner } from '../../platform/http/caller.js';
import { abortSlowUpload, abortLateUpload } from '../../platform/http/min-upload-speed.js';
import { UploadDisplacedError, UploadSlots } from '../../platform/concurrency/upload-slots.js';
import { CatalogRejectedError } from '../../platform/catalog/problems.js';
import { Env } from '../../platform/config/env.js';
import { imageDelivery } from '../../platform/config/storage-settings.js';
import {
  type FirstUpload,
  findFirstUpload,
  lockIdempotencyKey,
} from '../../platform/database/repositories/repeated-uploads.js';
import { OpenWorkQuota } from '../../platform/database/open-work-quota.js';
import { CatalogUrlDownloader } from './catalog-url.js';
import { toInvalidTemplateError } from './file-name-options.dto.js';
import {
  type FileSource,
  createLinkedFileSource,
  createUploadedFileSource,
} from './file-source.js';
import { IdempotencyKeyInUseError, readIdempotencyKey } from './idempotency.js';
import { CatalogStore } from './ingest/catalog-store.js';
import { ProblemList } from './problem-list.js';
import { readProductFile } from './read-product-file.js';
import type { ReceivedUpload } from './received-upload.js';
import {
  toRejectedFileError,
  toUploadError,
  FileAndCatalogUrlError,
  FileMissingError,
  FilenameTemplateUnsupportedError,
  NotMultipartError,
  OptionAfterFileError,
  UploadAbortedError,
  UploadTooLargeError,
} from './upload-errors.js';
import { createUploadFormParser } from './upload-form.js';
import { READING_OPTION_NAMES, UploadOptions } from './upload-options.dto.js';

/** Maximum size of the form without the file, in bytes. */
const MAX_FORM_BYTES = 256 * 1024;

/** Streams a product file from the socket or from a link into PostgreSQL. */
@Injectable()
export class UploadReceiver {
  private readonly receivedUploads = new WeakMap<Request, ReceivedUpload>();
  /** Options that preceded the file in the form. */
  private readonly optionsBeforeFile = new WeakMap<Request, UploadOptions>();
  private readonly formParser: ReturnType<typeof createUploadFormParser>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly quota: OpenWorkQuota,
    private readonly catalogUrlDownloader: CatalogUrlDownloader,
    private readonly slots: UploadSlots,
    private readonly env: Env,
  ) {
    this.formParser = createUploadFormParser(this.createStorageEngine(), env.MAX_UPLOAD_BYTES);
  }

  /**
   * Receives an upload. Settles when the whole form has arrived. The caller must end the catalog's transaction.
   * If the promise is rejected, no transaction remains open.
   */
  async receiveUpload(request: Request, response: Response): Promise<ReceivedUpload> {
    clearBodyDeadline(request);
    abortSlowUpload(request, response, { isContended: () => this.slots.hasExcludedOwner });
    abortLateUpload(request, response, this.env.UPLOAD_TIMEOUT_SECONDS);
    if (!request.is('multipart/form-data')) throw new NotMultipartError();
    const limit = this.env.MAX_UPLOAD_BYTES;
    if (Number(request.get('content-length') ?? 0) > limit + MAX_FORM_BYTES) {
      throw new UploadTooLargeError(limit);
    }
    readIdempotencyKey(request);
    try {
      await new Promise<void>((resolve, reject) => {
        this.formParser(request, response, (error: unknown) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      await this.discardUpload(request);
      throw toUploadError(error, limit);
    }
    const receivedUpload = this.receivedUploads.get(request);
    if (receivedUpload === undefined) return this.readLink(request);
    try {
      this.rejectLateOptions(request);
    } catch (error) {
      await this.discardUpload(request);
      throw error;
    }
    return receivedUpload;
  }

  private rejectLateOptions(request: Request): void {
    const options = UploadOptions.from({ ...request.body });
    const optionsBeforeFile = this.optionsBeforeFile.get(request);
    if (options.catalog_url !== undefined) throw new FileAndCatalogUrlError();
    const lateNames = READING_OPTION_NAMES.filter(
      (name) => JSON.stringify(options[name]) !== JSON.stringify(optionsBeforeFile?.[name]),
    );
    if (lateNames.length > 0) throw new OptionAfterFileError(lateNames);
  }

  private createStorageEngine(): StorageEngine {
    const handleFile = async (request: Request, file: Express.Multer.File) => {
      // Rejects invalid options before the file is read. All options are validated again at the end.
      const options = UploadOptions.from({ ...request.body });
      if (options.catalog_url !== undefined) throw new FileAndCatalogUrlError();
      this.optionsBeforeFile.set(request, options);
      this.receivedUploads.set(
        request,
        await this.readSource(request, options, createUploadedFileSource(file)),
      );
      return {};
    };
    return {
      _handleFile: callbackify(handleFile),
      _removeFile: callbackify((request: Request, _file: unknown) => this.discardUpload(request)),
    };
  }

  private readLink(request: Request): Promise<ReceivedUpload> {
    const fields = { ...request.body } as Record<string, unknown>;
    if (!fields.catalog_url) throw new FileMissingError();
    const options = UploadOptions.from(fields);
    return this.readSource(
      request,
      options,
      createLinkedFileSource(this.catalogUrlDownloader, options.catalog_url!),
    );
  }

  private async readSource(
    request: Request,
    options: UploadOptions,
    source: FileSource,
  ): Promise<ReceivedUpload> {
    // A bucket stores each image once for all requests, so its URLs have no file names.
    if (options.filename_template !== undefined && imageDelivery(this.env) === 'direct') {
      source.drain();
      throw new FilenameTemplateUnsupportedError();
    }
    const requestId = uuidv7();
    const owner = getOwner(request);
    const abortController = new AbortController();
    const releaseSlot = await this.acquireSlot(request, owner, abortController).catch(
      (error: unknown) => {
        source.drain();
        throw error;
      },
    );
    let onStoreEnd = releaseSlot;
    let store: CatalogStore | undefined;
    let problems: ProblemList | undefined;
    try {
      if (isProblemListRequested(request, options)) problems = await ProblemList.create();
      if (!options.dry_run) {
        store = await CatalogStore.beginUpload(this.dataSource, requestId, () => onStoreEnd());
      }
      const firstUpload = store && (await this.findRepeatedUpload(request, store));
      if (store && firstUpload) {
        // Returns the connection to the pool, but keeps the slot until the whole body has arrived.
        onStoreEnd = () => undefined;
        await store.rollback();
        const fileSha256 = await source.computeSha256();
        releaseSlot();
        return { fileSha256, firstUpload };
      }
      const remainingImages = store
        ? await this.quota.findRemainingImages(store.query, owner)
        : Infinity;
      const { filename, bytes } = await source.openFile(abortController.signal);
      const file = await readProductFile(bytes, options.toCatalogOptions(), {
        store,
        fileNames: options.parseFileNameTemplate(),
        problems,
        checkQuota: (imageCount) => {
          if (imageCount > remainingImages) throw this.quota.createImageLimitError();
        },
      });
      if (!store) releaseSlot();
      if (problems !== undefined) return { problems };
      return { fileSha256: await source.computeSha256(), requestId, filename, file, store };
    } catch (error) {
      source.drain();
      await store?.rollback();
      releaseSlot();
      if (error instanceof CatalogRejectedError && problems !== undefined && problems.count > 0) {
        return { problems };
      }
      await problems?.close();
      throw toRejectedFileError(toInvalidTemplateError(error), {
        isLinked: source.isLinked,
        isDryRun: options.dry_run,
      });
    }
  }

  /**
   * Acquires an upload slot. Dry runs and repeated uploads also need one, because they read as much data as other
   * uploads.
   * @param abortController aborted when the client disconnects, or when the download of a link loses its slot
   */
  private acquireSlot(
    request: Request,
    owner: string,
    abortController: AbortController,
  ): Promise<() => void> {
    // Listens to the response, which closes with the connection. The request already closes when a small body
    // has been read.
    request.res?.once('close', () => abortController.abort(new UploadAbortedError()));
    return this.slots.acquireSlot(owner, {
      signal: abortController.signal,
      onEvict: () => {
        if (request.complete) abortController.abort(new UploadDisplacedError());
        else rejectBody(request, request.res!, new UploadDisplacedError());
      },
    });
  }

  /** @throws IdempotencyKeyInUseError */
  private async findRepeatedUpload(
    request: Request,
    store: CatalogStore,
  ): Promise<FirstUpload | undefined> {
    const [key, owner] = [readIdempotencyKey(request), getOwner(request)];
    if (key === undefined) return undefined;
    if (!(await lockIdempotencyKey(store.query, owner, key))) throw new IdempotencyKeyInUseError();
    return findFirstUpload(store.query, owner, key);
  }

  private async discardUpload(request: Request): Promise<void> {
    const receivedUpload = this.receivedUploads.get(request);
    await receivedUpload?.store?.rollback();
    if (receivedUpload !== undefined && 'problems' in receivedUpload)
      await receivedUpload.problems.close();
    this.receivedUploads.delete(request);
  }
}

/** Returns true for a dry run whose client accepts CSV rather than JSON. */
const isProblemListRequested = (request: Request, { dry_run }: UploadOptions): boolean =>
  dry_run && request.accepts(['json', 'csv']) === 'csv';
