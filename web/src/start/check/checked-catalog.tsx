import { useEffect, useRef, useState } from 'preact/hooks';
import { navigate, requestPath } from '../../app/router.js';
import type { UploadChecked } from '../../api/types.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { catalogTitle } from '../catalog.js';
import { uploadCatalog } from './check.js';
import { compressesImages } from '../options/choice-fields.js';
import { toPageLabels } from './page-labels.js';
import { EstimateLine } from '../estimate-line.js';
import type { Choices } from '../options/choices.js';
import type { FileOptions } from '../options/file-options.js';
import { FileSettings } from '../options/file-settings.js';
import { type Draft, removeDraft } from '../stored-draft.js';
import { MappingTable } from './mapping-table.js';
import { OptionsForm } from '../options/options-form.js';
import { PresetSection } from '../options/preset-section.js';
import { describeFile } from './describe-file.js';
import { RefusedFieldsContext, getRefusedFields, withFieldNames } from './refused-fields.js';
import { RowProblems } from './row-problems.js';
import { startLabel } from '../start-label.js';
import type { CheckedDraft } from '../use-draft.js';
import { useEstimate } from '../use-estimate.js';

interface Props {
  draft: CheckedDraft;
  response: UploadChecked;
  busy: boolean;
  onRead: (options: FileOptions) => void;
  onChange: (change: Partial<Draft>) => void;
  onStartOver: () => void;
}

/** Shows how the file was read, the compression options, and the start button. */
export function CheckedCatalog({ draft, response, busy, onRead, onChange, onStartOver }: Props) {
  const { catalog, choices, fileOptions, refusal } = draft;
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<Error>();
  const form = useRef<HTMLFormElement>(null);
  const isCompressed = compressesImages(choices);
  const estimate = useEstimate(draft, !busy && !refusal && isCompressed);
  const changeChoices = (next: Choices) => {
    setError(undefined);
    onChange({ choices: next });
  };
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [error]);

  const begin = async (event: SubmitEvent) => {
    event.preventDefault();
    setSending(true);
    setError(undefined);
    try {
      const accepted = await uploadCatalog(draft);
      await removeDraft();
      navigate(requestPath(accepted.request_id));
    } catch (error) {
      setError(error as Error);
      setSending(false);
    }
  };

  return (
    <RefusedFieldsContext.Provider value={getRefusedFields(error)}>
      <form ref={form} class="checked" onSubmit={(event) => void begin(event)}>
        <div class="stack">
          <div class="row spread">
            <h1 class="breakable" tabIndex={-1}>
              {catalogTitle(catalog)}
            </h1>
            <button class="button quiet" type="button" onClick={onStartOver}>
              {catalog.from === 'links' ? 'Change the links' : 'Choose another file'}
            </button>
          </div>
          <p class="recognized">{describeFile(response)}</p>
          {!draft.isStored && (
            <p class="soft small">
              This browser can’t keep the file. After a reload, choose it again.
            </p>
          )}
          {refusal && (
            <p class="notice bad" role="alert">
              {toPageLabels(refusal.detail)}
            </p>
          )}
          {!refusal && <Warnings warnings={response.warnings} />}
          {!refusal && response.problems.count > 0 && (
            <RowProblems draft={draft} problems={response.problems} />
          )}
          <MappingTable response={response} options={fileOptions} busy={busy} onChange={onRead} />
          <FileSettings response={response} options={fileOptions} onChange={onRead} />
          <PresetSection
            choices={choices}
            onChange={(changed) => changeChoices({ ...choices, ...changed })}
          />
        </div>
        <div class="sheet options">
          <div class="fields">
            <OptionsForm choices={choices} rows={response.preview} onChange={changeChoices} />
          </div>
          <div class="begin">
            {!refusal && isCompressed && <EstimateLine {...estimate} />}
            <ErrorNotice error={withFieldNames(error)} onKeyEntered={() => setError(undefined)} />
            <button
              class="button primary large"
              type="submit"
              disabled={sending || busy || refusal !== undefined}
            >
              {sending ? 'Sending…' : startLabel(response, isCompressed)}
            </button>
          </div>
        </div>
      </form>
    </RefusedFieldsContext.Provider>
  );
}

function Warnings({ warnings }: Pick<UploadChecked, 'warnings'>) {
  if (warnings.length === 0) return null;
  return (
    <ul class="notice warn warnings">
      {warnings.map(({ code, message }) => (
        <li key={code}>{toPageLabels(message)}</li>
      ))}
    </ul>
  );
}
