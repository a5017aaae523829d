import type { PreviewRow } from '../api/types.js';
import { count } from '../format.js';
import { type Choices, EFFORTS, FORMATS, meaningOfQuality, METADATA_OPTIONS } from './choices.js';
import { Choice } from '../parts/choice.js';
import { FileNamesField } from './file-names-field.js';
import { OutputsForm, StartOutputs } from './outputs-form.js';
import { isSide, MAX_SIDE } from './output-shape.js';
import { QualityPreview } from './quality-preview.js';

interface Props {
  choices: Choices;
  rows: PreviewRow[];
  onChange: (choices: Choices) => void;
}

/** Form with the options of the API and their effect on the images. */
export function OptionsForm({ choices, rows, onChange }: Props) {
  const set = (change: Partial<Choices>) => onChange({ ...choices, ...change });
  const isSingle = choices.outputs.length === 0;
  return (
    <>
      {isSingle && <QualityField choices={choices} onChange={set} />}
      <QualityPreview choices={choices} rows={rows} />
      {isSingle ? (
        <>
          <ShapeFields choices={choices} onChange={set} />
          <StartOutputs choices={choices} onChange={set} />
        </>
      ) : (
        <OutputsForm choices={choices} onChange={set} />
      )}
      <Choice
        legend="Effort"
        name="effort"
        options={EFFORTS}
        chosen={choices.effort}
        onChoose={(effort) => set({ effort })}
      />
      <Choice
        legend="Metadata"
        name="metadata"
        options={METADATA_OPTIONS}
        chosen={choices.metadata}
        onChoose={(metadata) => set({ metadata })}
      />
      <FileNamesField value={choices.fileNames} onInput={(fileNames) => set({ fileNames })} />
      <details
        onToggle={({ currentTarget: { open, lastElementChild } }) =>
          open && lastElementChild?.scrollIntoView({ block: 'nearest' })
        }
      >
        <summary>Notify another system (webhook)</summary>
        <div class="field">
          <label for="webhook">Webhook address</label>
          <input
            id="webhook"
            type="url"
            placeholder="https://shop.example/hooks/pressroom"
            value={choices.webhookUrl}
            aria-describedby="webhook-meaning"
            onInput={(event) => set({ webhookUrl: event.currentTarget.value })}
          />
          <p id="webhook-meaning" class="soft small">
            Pressroom sends a signed message with the link to the CSV when the last image is
            finished.
          </p>
        </div>
      </details>
    </>
  );
}

interface FieldProps {
  choices: Choices;
  onChange: (change: Partial<Choices>) => void;
}

function QualityField({ choices, onChange }: FieldProps) {
  return (
    <div class="field">
      <div class="row spread">
        <label for="quality">Quality</label>
        <output class="number" for="quality">
          {choices.quality}
        </output>
      </div>
      <input
        id="quality"
        type="range"
        min="1"
        max="100"
        value={choices.quality}
        aria-describedby="quality-meaning"
        onInput={(event) => onChange({ quality: Number(event.currentTarget.value) })}
      />
      <p id="quality-meaning" class="soft small meaning">
        {meaningOfQuality(choices.quality)}
      </p>
    </div>
  );
}

function ShapeFields({ choices, onChange }: FieldProps) {
  const isSizeFine = isSide(choices.maxWidth) && isSide(choices.maxHeight);
  return (
    <>
      <Choice
        legend="Format"
        name="format"
        options={FORMATS}
        chosen={choices.format}
        onChoose={(format) => onChange({ format })}
      />
      <fieldset class="field">
        <legend>Maximum size (px)</legend>
        <div class="pixels">
          <Pixels
            label="Width"
            value={choices.maxWidth}
            onInput={(maxWidth) => onChange({ maxWidth })}
          />
          <span aria-hidden="true">×</span>
          <Pixels
            label="Height"
            value={choices.maxHeight}
            onInput={(maxHeight) => onChange({ maxHeight })}
          />
        </div>
        <p id="size-meaning" class={`small ${isSizeFine ? 'soft' : 'wrong'}`} role="status">
          {isSizeFine
            ? 'Larger images are scaled down to fit. Smaller ones are never enlarged.'
            : `From 1 to ${count(MAX_SIDE)} pixels, or leave empty for no limit.`}
        </p>
      </fieldset>
    </>
  );
}

interface PixelsProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
}

function Pixels({ label, value, onInput }: PixelsProps) {
  return (
    <input
      type="number"
      min="1"
      max={MAX_SIDE}
      inputMode="numeric"
      placeholder={label}
      aria-label={`Maximum ${label.toLowerCase()} in pixels`}
      aria-describedby="size-meaning"
      aria-invalid={!isSide(value)}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}
