import { useState } from 'preact/hooks';
import { navigate, requestPath } from '../app/router.js';
import type { UploadChecked } from '../api/types.js';
import { count, counted, noun } from '../format.js';
import { Fault } from '../parts/fault.js';
import type { Catalog } from './catalog.js';
import { upload } from './check.js';
import { type Choices, DEFAULT_CHOICES } from './choices.js';
import { inColumnWords } from './column-words.js';
import { OptionsForm } from './options-form.js';
import { PreviewTable } from './preview-table.js';

interface Props {
  catalog: Catalog;
  answer: UploadChecked;
  onStartOver: () => void;
}

/** The catalog as it was read, what to make of it, and the one button. */
export function CheckedCatalog({ catalog, answer, onStartOver }: Props) {
  const [choices, setChoices] = useState<Choices>(DEFAULT_CHOICES);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error>();

  const begin = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    try {
      const accepted = await upload(catalog, choices);
      navigate(requestPath(accepted.request_id));
    } catch (error) {
      setFault(error as Error);
      setBusy(false);
    }
  };

  return (
    <form class="checked" onSubmit={(event) => void begin(event)}>
      <div class="stack">
        <div class="row spread">
          <h1 class="breakable" tabIndex={-1}>
            {catalog.file.name}
          </h1>
          <button class="button quiet" type="button" onClick={onStartOver}>
            {catalog.from === 'links' ? 'Change the links' : 'Choose another file'}
          </button>
        </div>
        <p class="figures">
          <strong class="number">{count(answer.products)}</strong>{' '}
          {noun(answer.products, 'product')}
          <span aria-hidden="true"> · </span>
          <strong class="number">{count(answer.images)}</strong> {noun(answer.images, 'image')}
        </p>
        {answer.warnings.map((warning) => (
          <p key={warning.code} class="notice warn">
            {inColumnWords(warning.message)}
          </p>
        ))}
        <PreviewTable answer={answer} />
      </div>
      <div class="sheet options">
        <div class="fields">
          <OptionsForm choices={choices} rows={answer.preview} onChange={setChoices} />
        </div>
        <div class="begin">
          <Fault error={fault} onKey={() => setFault(undefined)} />
          <button class="button primary large" type="submit" disabled={busy}>
            {busy ? 'Sending…' : `Compress ${counted(answer.images, 'image')}`}
          </button>
        </div>
      </div>
    </form>
  );
}
