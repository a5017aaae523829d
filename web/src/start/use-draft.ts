import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Catalog } from './catalog.js';
import { check, type Refusal } from './check/check.js';
import type { UploadChecked } from '../api/types.js';
import { DEFAULT_CHOICES } from './options/choices.js';
import type { FileOptions } from './options/file-options.js';
import { type Draft, forgetDraft, keepCatalog, keepOptions, restoreDraft } from './kept-draft.js';

/** A file and the last response of the API about it. */
export interface CheckedDraft extends Draft {
  /** Last successful check. Its columns can still be changed after a refusal. */
  answer?: UploadChecked;
  refusal?: Refusal;
  /** False when a reload loses the file. */
  kept: boolean;
}

type Given = Catalog | (() => Promise<Catalog>);

/** Holds the file of the start view and its options. A newer file replaces an older one. */
export function useDraft() {
  const [draft, setDraft] = useState<CheckedDraft>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error>();
  const running = useRef<AbortController | undefined>(undefined);
  const last = useRef<() => Promise<Draft | undefined>>(undefined);

  const checkDraft = async (
    read: () => Promise<Draft | undefined>,
    { before, kept: isKept }: { before?: CheckedDraft; kept?: boolean } = {},
  ) => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    last.current = read;
    setBusy(true);
    setFault(undefined);
    try {
      const next = await read();
      if (!next) return;
      keepOptions(next);
      const [result, kept] = await Promise.all([
        check(next.catalog, next.fileOptions, signal),
        isKept ?? before?.kept ?? keepCatalog(next.catalog),
      ]);
      // The compression options may change during a check.
      setDraft((now) => ({
        ...next,
        choices: now?.catalog === next.catalog ? now.choices : next.choices,
        answer: result.kind === 'ready' ? result.answer : before?.answer,
        refusal: result.kind === 'refused' ? result.problem : undefined,
        kept,
      }));
    } catch (error) {
      if (!signal.aborted) setFault(error as Error);
    } finally {
      if (running.current?.signal === signal) setBusy(false);
    }
  };

  const open = useCallback((given: Given) => {
    void checkDraft(async () => ({
      catalog: typeof given === 'function' ? await given() : given,
      fileOptions: {},
      choices: DEFAULT_CHOICES,
    }));
  }, []);
  const readAs = (fileOptions: FileOptions) => {
    if (!draft) return;
    const next = { ...draft, fileOptions };
    setDraft(next);
    void checkDraft(() => Promise.resolve(next), { before: draft });
  };
  const change = (changed: Partial<Draft>) => {
    if (!draft) return;
    keepOptions({ ...draft, ...changed });
    setDraft({ ...draft, ...changed });
  };
  const again = () => last.current && void checkDraft(last.current, { before: draft });
  const startOver = () => {
    running.current?.abort();
    setDraft(undefined);
    setBusy(false);
    void forgetDraft();
  };
  useEffect(() => {
    void checkDraft(restoreDraft, { kept: true });
    return () => running.current?.abort();
  }, []);
  return { draft, busy, fault, open, readAs, change, again, startOver };
}
