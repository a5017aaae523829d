import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Catalog } from './catalog.js';
import { checkCatalog, type Rejection } from './check/check-catalog.js';
import type { UploadCheck } from '../api/types.js';
import { DEFAULT_CHOICES } from './options/choices.js';
import type { FileOptions } from './options/file-options.js';
import {
  type Draft,
  removeDraft,
  storeCatalog,
  storeOptions,
  restoreDraft,
} from './stored-draft.js';

/** A file and the result of its latest check. */
export interface CheckedDraft extends Draft {
  /** Response to the last successful check. Kept after a rejection, so the user can still change the columns. */
  response?: UploadCheck;
  rejection?: Rejection;
  /** False if a reload would lose the file. */
  isStored: boolean;
}

type DraftInput = Catalog | (() => Promise<Catalog>);

/** Manages the file of the start view and its options. A new file replaces the previous file. */
export function useDraft() {
  const [draft, setDraft] = useState<CheckedDraft>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const controller = useRef<AbortController | undefined>(undefined);
  const lastRead = useRef<() => Promise<Draft | undefined>>(undefined);

  const checkDraft = async (
    read: () => Promise<Draft | undefined>,
    { previous, isStored: wasStored }: { previous?: CheckedDraft; isStored?: boolean } = {},
  ) => {
    controller.current?.abort();
    const { signal } = (controller.current = new AbortController());
    lastRead.current = read;
    setBusy(true);
    setError(undefined);
    try {
      const next = await read();
      if (!next) return;
      storeOptions(next);
      const [result, isStored] = await Promise.all([
        checkCatalog(next.catalog, next.fileOptions, signal),
        wasStored ?? previous?.isStored ?? storeCatalog(next.catalog),
      ]);
      // The compression options may change during a check.
      setDraft((current) => ({
        ...next,
        choices: current?.catalog === next.catalog ? current.choices : next.choices,
        response: result.kind === 'ready' ? result.response : previous?.response,
        rejection: result.kind === 'rejected' ? result.problem : undefined,
        isStored,
      }));
    } catch (error) {
      if (!signal.aborted) setError(error as Error);
    } finally {
      if (controller.current?.signal === signal) setBusy(false);
    }
  };

  const openCatalog = useCallback((input: DraftInput) => {
    void checkDraft(async () => ({
      catalog: typeof input === 'function' ? await input() : input,
      fileOptions: {},
      choices: DEFAULT_CHOICES,
    }));
  }, []);
  const changeFileOptions = (fileOptions: FileOptions) => {
    if (!draft) return;
    const next = { ...draft, fileOptions };
    setDraft(next);
    void checkDraft(() => Promise.resolve(next), { previous: draft });
  };
  const updateDraft = (changes: Partial<Draft>) => {
    if (!draft) return;
    storeOptions({ ...draft, ...changes });
    setDraft({ ...draft, ...changes });
  };
  const retryCheck = () =>
    lastRead.current && void checkDraft(lastRead.current, { previous: draft });
  const startOver = () => {
    controller.current?.abort();
    setDraft(undefined);
    setBusy(false);
    void removeDraft();
  };
  useEffect(() => {
    void checkDraft(restoreDraft, { isStored: true });
    return () => controller.current?.abort();
  }, []);
  return {
    draft,
    isBusy,
    error,
    openCatalog,
    changeFileOptions,
    updateDraft,
    retryCheck,
    startOver,
  };
}
