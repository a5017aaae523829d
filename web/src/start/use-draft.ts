import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Catalog } from './catalog.js';
import { checkCatalog, type Refusal } from './check/check.js';
import type { UploadChecked } from '../api/types.js';
import { DEFAULT_CHOICES } from './options/choices.js';
import type { FileOptions } from './options/file-options.js';
import {
  type Draft,
  removeDraft,
  storeCatalog,
  storeOptions,
  restoreDraft,
} from './stored-draft.js';

/** A file and the latest API response about it. */
export interface CheckedDraft extends Draft {
  /** Last successful check. Its columns can still be changed after a refusal. */
  response?: UploadChecked;
  refusal?: Refusal;
  /** False when a reload loses the file. */
  isStored: boolean;
}

type DraftInput = Catalog | (() => Promise<Catalog>);

/** Holds the file of the start view and its options. A newer file replaces an older one. */
export function useDraft() {
  const [draft, setDraft] = useState<CheckedDraft>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const controller = useRef<AbortController | undefined>(undefined);
  const lastRead = useRef<() => Promise<Draft | undefined>>(undefined);

  const checkDraft = async (
    read: () => Promise<Draft | undefined>,
    { before, isStored: wasStored }: { before?: CheckedDraft; isStored?: boolean } = {},
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
        wasStored ?? before?.isStored ?? storeCatalog(next.catalog),
      ]);
      // The compression options may change during a check.
      setDraft((now) => ({
        ...next,
        choices: now?.catalog === next.catalog ? now.choices : next.choices,
        response: result.kind === 'ready' ? result.response : before?.response,
        refusal: result.kind === 'refused' ? result.problem : undefined,
        isStored,
      }));
    } catch (error) {
      if (!signal.aborted) setError(error as Error);
    } finally {
      if (controller.current?.signal === signal) setBusy(false);
    }
  };

  const open = useCallback((given: DraftInput) => {
    void checkDraft(async () => ({
      catalog: typeof given === 'function' ? await given() : given,
      fileOptions: {},
      choices: DEFAULT_CHOICES,
    }));
  }, []);
  const changeFileOptions = (fileOptions: FileOptions) => {
    if (!draft) return;
    const next = { ...draft, fileOptions };
    setDraft(next);
    void checkDraft(() => Promise.resolve(next), { before: draft });
  };
  const updateDraft = (changed: Partial<Draft>) => {
    if (!draft) return;
    storeOptions({ ...draft, ...changed });
    setDraft({ ...draft, ...changed });
  };
  const retry = () => lastRead.current && void checkDraft(lastRead.current, { before: draft });
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
  return { draft, busy, error, open, changeFileOptions, updateDraft, retry, startOver };
}
