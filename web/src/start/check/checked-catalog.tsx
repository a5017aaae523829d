import { useEffect, useRef, useState } from 'preact/hooks';
import { navigate, getRequestPath } from '../../app/router.js';
import type { UploadCheck } from '../../api/types.js';
import { ErrorNotice } from '../../components/error-notice.js';
import { getCatalogTitle } from '../catalog.js';
import { uploadCatalog } from './check-catalog.js';
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
import { FieldErrorsContext, getFieldErrors, summarizeFieldErrors } from './field-errors.js';
import { RowProblems } from './row-problems.js';
import { getStartLabel } from '../start-label.js';
import type { CheckedDraft } from '../use-draft.js';
import { useEstimate } from '../use-estimate.js';

interface Props {
  draft: CheckedDraft;
  response: UploadCheck;
  isBusy: boolean;
  onFileOptionsChange: (options: FileOptions) => void;
  onChange: (change: Partial<Draft>) => void;
  onStartOver: () => void;
}

/** Shows how Pressroom read the file, the compression options and the start button. */
export function CheckedCatalog({
  draft,
  response,
  isBusy,
  onFileOptionsChange,
  onChange,
  onStartOver,
}: Props) {
  const { catalog, choices, fileOptions, rejection } = draft;
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<Error>();
  const form = useRef<HTMLFormElement>(null);
  const willCompress = compressesImages(choices);
  const estimate = useEstimate(draft, !isBusy && !rejection && willCompress);
  const changeChoices = (newChoices: Choices) => {
    setError(undefined);
    onChange({ choices: newChoices });
  };
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [error]);

  const startUpload = async (event: SubmitEvent) => {
    event.preventDefault();
    setSending(true);
    setError(undefined);
    try {
      const acceptedUpload = await uploadCatalog(draft);
      await removeDraft();
      navigate(getRequestPath(acceptedUpload.request_id));
    } catch (error) {
      setError(error as Error);
      setSending(false);
    }
  };

  return (
    <FieldErrorsContext.Provider value={getFieldErrors(error)}>
      <form ref={form} class="checked" onSubmit={(event) => void startUpload(event)}>
        <div class="stack">
          <div class="row spread">
            <h1 class="breakable" tabIndex={-1}>
              {getCatalogTitle(catalog)}
            </h1>
            <button class="button quiet" type="button" onClick={onStartOver}>
              {catalog.from === 'links' ? 'Change the links' : 'Choose another file'}
            </button>
          </div>
          <p class="recognized">{describeFile(response)}</p>
          {!draft.isStored && (
            <p class="soft small">
              This browser can’t store the file. If you reload the page, choose the file again.
            </p>
          )}
          {rejection && (
            <p class="notice bad" role="alert">
              {toPageLabels(rejection.detail)}
            </p>
          )}
          {!rejection && <Warnings warnings={response.warnings} />}
          {!rejection && response.problems.count > 0 && (
            <RowProblems draft={draft} problems={response.problems} />
          )}
          <MappingTable
            response={response}
            options={fileOptions}
            isBusy={isBusy}
            onChange={onFileOptionsChange}
          />
          <FileSettings response={response} options={fileOptions} onChange={onFileOptionsChange} />
          <PresetSection
            choices={choices}
            onChange={(changes) => changeChoices({ ...choices, ...changes })}
          />
        </div>
        <div class="sheet options">
          <div class="fields">
            <OptionsForm choices={choices} rows={response.preview} onChange={changeChoices} />
          </div>
          <div class="begin">
            {!rejection && willCompress && <EstimateLine {...estimate} />}
            <ErrorNotice
              error={summarizeFieldErrors(error)}
              onKeyEntered={() => setError(undefined)}
            />
            <button
              class="button primary large"
              type="submit"
              disabled={isSending || isBusy || rejection !== undefined}
            >
              {isSending ? 'Sending…' : getStartLabel(response, willCompress)}
            </button>
          </div>
        </div>
      </form>
    </FieldErrorsContext.Provider>
  );
}

function Warnings({ warnings }: Pick<UploadCheck, 'warnings'>) {
  if (warnings.length === 0) return null;
  return (
    <ul class="notice warn warnings">
      {warnings.map(({ code, message }) => (
        <li key={code}>{toPageLabels(message)}</li>
      ))}
    </ul>
  );
}
