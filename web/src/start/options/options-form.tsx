import type { PreviewRow } from '../../api/types.js';
import { Choice } from '../../parts/choice.js';
import { PRESET_NAMES } from '../../presets/preset-names.js';
import { usePresets } from '../../presets/use-presets.js';
import { compressesImages } from './choice-fields.js';
import { type Choices, EFFORTS, METADATA_OPTIONS } from './choices.js';
import { FileNamesField } from './file-names-field.js';
import { OutputsForm, StartOutputs } from './outputs-form.js';
import { PresetOutput } from './preset-output.js';
import { FileSizeField, QualityField, QualityMode } from './quality-field.js';
import { QualityPreview } from './quality-preview.js';
import { ShapeFields } from './shape-fields.js';
import { WebhookField } from './webhook-field.js';

interface Props {
  choices: Choices;
  rows: PreviewRow[];
  onChange: (choices: Choices) => void;
}

/** Form with the options of the API and their effect on the images. */
export function OptionsForm({ choices, rows, onChange }: Props) {
  const set = (change: Partial<Choices>) => onChange({ ...choices, ...change });
  return (
    <>
      {compressesImages(choices) ? (
        <CompressionFields choices={choices} rows={rows} onChange={set} />
      ) : (
        <CheckOnly choices={choices} />
      )}
      <WebhookField value={choices.webhookUrl} onInput={(webhookUrl) => set({ webhookUrl })} />
    </>
  );
}

interface OptionFieldsProps {
  choices: Choices;
  rows: PreviewRow[];
  onChange: (change: Partial<Choices>) => void;
}

function CompressionFields({ choices, rows, onChange }: OptionFieldsProps) {
  const preset = usePresets()?.find(({ id }) => id === choices.preset);
  const isSingle = choices.outputs.length === 0;
  const isShortForm = isSingle && choices.preset === null;
  return (
    <>
      {isShortForm && (
        <div class="stack">
          <MarketplaceLink />
          <QualityField choices={choices} onChange={onChange} />
        </div>
      )}
      <QualityPreview choices={choices} preset={preset} rows={rows} />
      {isShortForm && (
        <>
          <QualityMode choices={choices} onChange={onChange} />
          <FileSizeField choices={choices} onChange={onChange} />
          <ShapeFields choices={choices} onChange={onChange} />
          <StartOutputs choices={choices} onChange={onChange} />
        </>
      )}
      {isSingle && preset && <PresetOutput preset={preset} onChange={onChange} />}
      {!isSingle && <OutputsForm choices={choices} onChange={onChange} />}
      <Choice
        legend="Effort"
        name="effort"
        options={EFFORTS}
        chosen={choices.effort}
        onChoose={(effort) => onChange({ effort })}
      />
      <Choice
        legend="Metadata"
        name="metadata"
        options={METADATA_OPTIONS}
        chosen={choices.metadata}
        onChoose={(metadata) => onChange({ metadata })}
      />
      <FileNamesField value={choices.fileNames} onInput={(fileNames) => onChange({ fileNames })} />
    </>
  );
}

function CheckOnly({ choices: { preset } }: Pick<Props, 'choices'>) {
  return (
    <div class="field">
      <h2>Check only</h2>
      <p>
        Pressroom reads the first bytes of each image and checks them against the limits of{' '}
        {preset && PRESET_NAMES[preset]}. It compresses and stores no image.
      </p>
      <p class="soft small">The downloaded file lists the reasons for each image.</p>
    </div>
  );
}

/** The marketplaces may be out of sight, below a long table of columns. */
const MarketplaceLink = () => (
  <button
    class="as-link small marketplace-link"
    type="button"
    onClick={() => document.querySelector<HTMLElement>('[name=preset]:checked')?.focus()}
  >
    Choose a marketplace
  </button>
);
