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
import { CatalogRefusedError } from '../../platform/catalog/problems.js';
import { Env } from '../../platform/config/env.js';
import { imageDelivery } from '../../platform/config/storage-settings.js';
import {
  type FirstUpload,
  findFirstUpload,
  lockIdempotencyKey,
} from '../../platform/database/repositories/repeated-uploads.js';
import { OpenWorkQuota } from '../../platform/database/open-work-quota.js';
import { CatalogUrl } from './catalog-url.js';
import { toTemplateRefusal } from './file-name-options.dto.js';
import { type FileSource, linkedFileSource, sentFileSource } from './file-source.js';
import { IdempotencyKeyInUseError, readIdempotencyKey } from './idempotency.js';
import { CatalogStore } from './ingest/catalog-store.js';
import { ProblemList } from './problem-list.js';
import { readProductFile } from './read-product-file.js';
import type { Received } from './received-upload.js';
import {
  toRefusedError,
  toUploadError,
  FileAndCatalogUrlError,
  FileMissingError,
  FilenameTemplateUnsupportedError,
  NotMultipartError,
  OptionAfterFileError,
  UploadAbortedError,
  UploadTooLargeError,
} from './upload-errors.js';
import { uploadForm } from './upload-form.js';
import { READING_OPTION_NAMES, UploadOptions } from './upload-options.dto.js';

/** Maximum size of the form without the file. */
const FORM_BYTES = 256 * 1024;

/** Reads a product file from the socket, or from a link, into PostgreSQL in one stream. */
@Injectable()
export class UploadReceiver {
  private readonly received = new WeakMap<Request, Received>();
  /** The form's fields that preceded the file. */
  private readonly fieldsBefore = new WeakMap<Request, UploadOptions>();
  private readonly form: ReturnType<typeof uploadForm>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly quota: OpenWorkQuota,
    private readonly links: CatalogUrl,
    private readonly slots: UploadSlots,
    private readonly env: Env,
  ) {
    this.form = uploadForm(this.storage(), env.MAX_UPLOAD_BYTES);
  }

  /**
   * Settles when the whole form has arrived. The caller ends the transaction of the catalog. A rejection
   * leaves no transaction open.
   */
  async receive(request: Request, response: Response): Promise<Received> {
    clearBodyDeadline(request);
    abortSlowUpload(request, response, { isContended: () => this.slots.hasExcludedOwner });
    abortLateUpload(request, response, this.env.UPLOAD_TIMEOUT_SECONDS);
    if (!request.is('multipart/form-data')) throw new NotMultipartError();
    const limit = this.env.MAX_UPLOAD_BYTES;
    if (Number(request.get('content-length') ?? 0) > limit + FORM_BYTES) {
      throw new UploadTooLargeError(limit);
    }
    readIdempotencyKey(request);
    try {
      await new Promise<void>((resolve, reject) => {
        this.form(request, response, (error: unknown) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      await this.discardUpload(request);
      throw toUploadError(error, limit);
    }
    const received = this.received.get(request);
    if (received === undefined) return this.readLink(request);
    try {
      this.refuseLateOptions(request);
    } catch (error) {
      await this.discardUpload(request);
      throw error;
    }
    return received;
  }

  private refuseLateOptions(request: Request): void {
    const options = UploadOptions.from({ ...request.body });
    const before = this.fieldsBefore.get(request);
    if (options.catalog_url !== undefined) throw new FileAndCatalogUrlError();
    const late = READING_OPTION_NAMES.filter(
      (name) => JSON.stringify(options[name]) !== JSON.stringify(before?.[name]),
    );
    if (late.length > 0) throw new OptionAfterFileError(late);
  }

  private storage(): StorageEngine {
    const keepResult = async (request: Request, file: Express.Multer.File) => {
      // Invalid options before the file are refused before it is read. All options are validated at the
      // end.
      const options = UploadOptions.from({ ...request.body });
      if (options.catalog_url !== undefined) throw new FileAndCatalogUrlError();
      this.fieldsBefore.set(request, options);
      this.received.set(request, await this.read(request, options, sentFileSource(file)));
      return {};
    };
    return {
      _handleFile: callbackify(keepResult),
      _removeFile: callbackify((request: Request, _file: unknown) => this.discardUpload(request)),
    };
  }

  private readLink(request: Request): Promise<Received> {
    const fields = { ...request.body } as Record<string, unknown>;
    if (!fields.catalog_url) throw new FileMissingError();
    const options = UploadOptions.from(fields);
    return this.read(request, options, linkedFileSource(this.links, options.catalog_url!));
  }

  private async read(
    request: Request,
    options: UploadOptions,
    source: FileSource,
  ): Promise<Received> {
    // A bucket stores each image once, for all requests, so its URLs have no names.
    if (options.filename_template !== undefined && imageDelivery(this.env) === 'direct') {
      source.drain();
      throw new FilenameTemplateUnsupportedError();
    }
    const requestId = uuidv7();
    const owner = getOwner(request);
    const ended = new AbortController();
    const releaseSlot = await this.acquireSlot(request, owner, ended).catch((error: unknown) => {
      source.drain();
      throw error;
    });
    let onStoreEnd = releaseSlot;
    let store: CatalogStore | undefined;
    let problems: ProblemList | undefined;
    try {
      if (isProblemListRequested(request, options)) problems = await ProblemList.create();
      if (!options.dry_run) {
        store = await CatalogStore.beginUpload(this.dataSource, requestId, () => onStoreEnd());
      }
      const first = store && (await this.firstUpload(request, store));
      if (store && first) {
        // The connection is returned to the pool. The slot still limits uploads whose body is being
        // received.
        onStoreEnd = () => undefined;
        await store.rollback();
        const fileSha256 = await source.sha256();
        releaseSlot();
        return { fileSha256, first };
      }
      const remainingImages = store
        ? await this.quota.findRemainingImages(store.query, owner)
        : Infinity;
      const { filename, bytes } = await source.open(ended.signal);
      const file = await readProductFile(bytes, options.catalogOptions(), {
        store,
        fileNames: options.fileNames(),
        problems,
        checkQuota: (images) => {
          if (images > remainingImages) throw this.quota.tooManyImages();
        },
      });
      if (!store) releaseSlot();
      if (problems !== undefined) return { problems };
      return { fileSha256: await source.sha256(), requestId, filename, file, store };
    } catch (error) {
      source.drain();
      await store?.rollback();
      releaseSlot();
      if (error instanceof CatalogRefusedError && problems !== undefined && problems.count > 0) {
        return { problems };
      }
      await problems?.close();
      throw toRefusedError(toTemplateRefusal(error), {
        isLinked: source.isLinked,
        isDryRun: options.dry_run,
      });
    }
  }

  /**
   * Acquires an upload slot. Dry runs and repeated uploads need no connection, but they read as much as
   * other uploads.
   * @param ended aborted when the client disconnects, or when the download of a link loses its slot
   */
  private acquireSlot(
    request: Request,
    owner: string,
    ended: AbortController,
  ): Promise<() => void> {
    // The request closes once a small body is read. The response closes with the connection.
    request.res?.once('close', () => ended.abort(new UploadAbortedError()));
    return this.slots.acquireSlot(owner, {
      signal: ended.signal,
      onEvict: () => {
        if (request.complete) ended.abort(new UploadDisplacedError());
        else rejectBody(request, request.res!, new UploadDisplacedError());
      },
    });
  }

  /** @throws IdempotencyKeyInUseError */
  private async firstUpload(
    request: Request,
    store: CatalogStore,
  ): Promise<FirstUpload | undefined> {
    const [key, owner] = [readIdempotencyKey(request), getOwner(request)];
    if (key === undefined) return undefined;
    if (!(await lockIdempotencyKey(store.query, owner, key))) throw new IdempotencyKeyInUseError();
    return findFirstUpload(store.query, owner, key);
  }

  private async discardUpload(request: Request): Promise<void> {
    const received = this.received.get(request);
    await received?.store?.rollback();
    if (received !== undefined && 'problems' in received) await received.problems.close();
    this.received.delete(request);
  }
}

/** Returns true for a dry run whose client accepts CSV rather than JSON. */
const isProblemListRequested = (request: Request, { dry_run }: UploadOptions): boolean =>
  dry_run && request.accepts(['json', 'csv']) === 'csv';
