import { createHash } from 'node:crypto';
import { callbackify } from 'node:util';
import type { Request, Response } from 'express';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import multer, { type StorageEngine } from 'multer';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { liftBodyDeadline, refuseBody } from '../../platform/http/body-deadline.js';
import { ownerOf } from '../../platform/http/caller.js';
import { Env } from '../../platform/config/env.js';
import {
  type FirstUpload,
  firstUploadWith,
  holdIdempotencyKey,
} from '../../platform/database/repositories/repeated-uploads.js';
import { OpenWorkQuota } from '../../platform/database/open-work-quota.js';
import { CatalogUrl, exportUrl, type LinkedFile } from './catalog-url.js';
import { fileLabel } from './file-label.js';
import { hashing, IdempotencyKeyInUseError, idempotencyKeyOf } from './idempotency.js';
import { CatalogStore } from './ingest/catalog-store.js';
import { UploadSlots } from './ingest/upload-slots.js';
import { endAfterDeadline, abortSlowUpload } from './min-upload-speed.js';
import { type ReadFile, readProductFile } from './read-product-file.js';
import {
  asRefusal,
  asUploadError,
  FileAndCatalogUrlError,
  FileMissingError,
  NotMultipartError,
  OptionAfterFileError,
  UnexpectedFileError,
  UploadBrokenOffError,
  UploadDisplacedError,
  UploadTooLargeError,
} from './upload-errors.js';
import { READING_OPTION_NAMES, UploadOptions } from './upload-options.dto.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';

/** Room for the form around the file. */
const FORM_BYTES = 256 * 1024;

/** A product file that was read to its end, and a transaction that waits for its commit. */
export interface ReceivedCatalog {
  /** Empty for a link. */
  fileSha256: string;
  requestId: string;
  filename: string;
  file: ReadFile;
  /** None in a dry run that said so before the file came. */
  store?: CatalogStore;
}

/** What came with an `Idempotency-Key` that was used before; a file was hashed, not read. */
export interface RepeatedUpload {
  fileSha256: string;
  first: FirstUpload;
  store?: undefined;
}

type Received = ReceivedCatalog | RepeatedUpload;

/** Where the bytes of a product file come from. */
interface FileSource {
  open: (signal: AbortSignal) => Promise<LinkedFile>;
  isLinked: boolean;
  /** SHA-256 (hex) of the bytes; reads what was not read. */
  sha256: () => Promise<string>;
  /** Reads the rest and forgets it: the client reads the answer only once it has sent everything. */
  drain: () => void;
}

/** Reads a product file from the socket, or from a link, into PostgreSQL in one stream. */
@Injectable()
export class UploadReceiver {
  private readonly slots: UploadSlots;
  private readonly received = new WeakMap<Request, Received>();
  /** The form's fields that preceded the file. */
  private readonly fieldsBefore = new WeakMap<Request, UploadOptions>();
  private readonly form: ReturnType<multer.Multer['any']>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly quota: OpenWorkQuota,
    private readonly links: CatalogUrl,
    private readonly env: Env,
    semaphores: FairSemaphores,
  ) {
    const slots = Math.max(1, Math.floor(env.DATABASE_CONNECTIONS / 2));
    this.slots = new UploadSlots(semaphores.createSemaphore(slots));
    this.form = multer({
      storage: this.storage(),
      fileFilter: (_request, file, done) =>
        file.fieldname === 'file'
          ? done(null, true)
          : done(new UnexpectedFileError(file.fieldname)),
      limits: {
        files: 1,
        fileSize: env.MAX_UPLOAD_BYTES,
        // An image column may have a field of its own.
        fields: 128,
        parts: 132,
        fieldNameSize: 100,
        fieldSize: 16 * 1024,
        fieldNestingDepth: 0,
        headerPairs: 50,
      },
      // Not latin1, busboy's default: browsers and curl send names as UTF-8.
      defParamCharset: 'utf8',
    }).any();
  }

  /**
   * Settles when the whole form is in. The caller ends the catalog's transaction; after a rejection
   * there is none.
   */
  async receive(request: Request, response: Response): Promise<Received> {
    liftBodyDeadline(request);
    abortSlowUpload(request, response, { isContended: () => this.slots.hasExcludedOwner });
    endAfterDeadline(request, response, this.env.UPLOAD_TIMEOUT_SECONDS);
    if (!request.is('multipart/form-data')) throw new NotMultipartError();
    const limit = this.env.MAX_UPLOAD_BYTES;
    if (Number(request.get('content-length') ?? 0) > limit + FORM_BYTES) {
      throw new UploadTooLargeError(limit);
    }
    idempotencyKeyOf(request);
    try {
      await new Promise<void>((resolve, reject) => {
        this.form(request, response, (error: unknown) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      await this.discard(request);
      throw asUploadError(error, limit);
    }
    const received = this.received.get(request);
    if (received === undefined) return this.readLink(request);
    try {
      this.refuseLateOptions(request);
    } catch (error) {
      await this.discard(request);
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
    const keep = async (request: Request, file: Express.Multer.File) => {
      // Options before the file are refused before it is read; all are checked at the end.
      const options = UploadOptions.from({ ...request.body });
      if (options.catalog_url !== undefined) throw new FileAndCatalogUrlError();
      this.fieldsBefore.set(request, options);
      this.received.set(request, await this.read(request, options, sentFile(file)));
      return {};
    };
    return {
      _handleFile: callbackify(keep),
      _removeFile: callbackify((request: Request, _file: unknown) => this.discard(request)),
    };
  }

  private readLink(request: Request): Promise<Received> {
    const fields = { ...request.body } as Record<string, unknown>;
    if (!fields.catalog_url) throw new FileMissingError();
    const options = UploadOptions.from(fields);
    const url = options.catalog_url!;
    return this.read(request, options, {
      open: (signal) => this.links.openFile(exportUrl(url), signal),
      isLinked: true,
      sha256: () => Promise.resolve(''),
      drain: () => undefined,
    });
  }

  private async read(
    request: Request,
    options: UploadOptions,
    source: FileSource,
  ): Promise<Received> {
    const requestId = uuidv7();
    const owner = ownerOf(request);
    const ended = new AbortController();
    const slot = await this.takeSlot(request, owner, ended).catch((error: unknown) => {
      source.drain();
      throw error;
    });
    let giveBack = slot;
    let store: CatalogStore | undefined;
    try {
      if (!options.dry_run) {
        store = await CatalogStore.begin(this.dataSource, requestId, () => giveBack());
      }
      const first = store && (await this.firstUpload(request, store));
      if (store && first) {
        // The connection is free; the slot limits those who still send.
        giveBack = () => undefined;
        await store.rollback();
        const fileSha256 = await source.sha256();
        slot();
        return { fileSha256, first };
      }
      const room = store ? await this.quota.room(store.query, owner) : Infinity;
      const { filename, bytes } = await source.open(ended.signal);
      const file = await readProductFile(bytes, options.catalogOptions(), {
        store,
        checkQuota: (images) => {
          if (images > room) throw this.quota.tooManyImages();
        },
      });
      if (!store) slot();
      return { fileSha256: await source.sha256(), requestId, filename, file, store };
    } catch (error) {
      source.drain();
      await store?.rollback();
      slot();
      throw asRefusal(error, source.isLinked);
    }
  }

  /**
   * Dry runs and repeated uploads need no connection, but read and parse as much as an upload.
   * @param ended is aborted when the client leaves, or the slot is taken away from a link's download
   */
  private takeSlot(request: Request, owner: string, ended: AbortController): Promise<() => void> {
    // The request closes as soon as a small body is read; the response closes with the connection.
    request.res?.once('close', () => ended.abort(new UploadBrokenOffError()));
    return this.slots.take(owner, {
      signal: ended.signal,
      onEvict: () => {
        if (request.complete) ended.abort(new UploadDisplacedError());
        else refuseBody(request, request.res!, new UploadDisplacedError());
      },
    });
  }

  /** @throws IdempotencyKeyInUseError */
  private async firstUpload(
    request: Request,
    store: CatalogStore,
  ): Promise<FirstUpload | undefined> {
    const [key, owner] = [idempotencyKeyOf(request), ownerOf(request)];
    if (key === undefined) return undefined;
    if (!(await holdIdempotencyKey(store.query, owner, key))) throw new IdempotencyKeyInUseError();
    return firstUploadWith(store.query, owner, key);
  }

  private async discard(request: Request): Promise<void> {
    await this.received.get(request)?.store?.rollback();
    this.received.delete(request);
  }
}

function sentFile({ stream, originalname }: Express.Multer.File): FileSource {
  const hash = createHash('sha256');
  // Destroying the stream would be an error to multer that hides ours.
  const bytes = hashing(stream.iterator({ destroyOnReturn: false }), hash);
  return {
    open: () => Promise.resolve({ filename: fileLabel(originalname), bytes }),
    isLinked: false,
    sha256: async () => {
      for await (const chunk of bytes) void chunk;
      return hash.digest('hex');
    },
    drain: () => void stream.resume(),
  };
}
