import type { PreviewRow } from '../../api/types.js';
import { RadioGroup } from '../../components/radio-group.js';
import { PRESET_NAMES } from '../../presets/preset-names.js';
import { usePresets } from '../../presets/use-presets.js';
import { compressesImages } from './choice-fields.js';
import { type Choices, EFFORTS, METADATA_OPTIONS } from './choices.js';
import { FileNamesField } from './file-names-field.js';
import { OutputsForm, CreateOutputsButton } from './outputs-form.js';
import { PresetOutput } from './preset-output.js';
import { FileSizeField, QualityField, QualityMode } from './quality-field.js';
import { QualityPreview } from './quality-preview.js';
import { FormatAndSizeFields } from './format-and-size-fields.js';
import { WebhookField } from './webhook-field.js';

interface Props {
  choices: Choices;
  rows: PreviewRow[];
  onChange: (choices: Choices) => void;
}

/** Shows the compression options and a preview of their effect. */
export function OptionsForm({ choices, rows, onChange }: Props) {
  const changeChoices = (changes: Partial<Choices>) => onChange({ ...choices, ...changes });
  return (
    <>
      {compressesImages(choices) ? (
        <CompressionFields choices={choices} rows={rows} onChange={changeChoices} />
      ) : (
        <CheckOnly choices={choices} />
      )}
      <WebhookField
        value={choices.webhookUrl}
        onInput={(webhookUrl) => changeChoices({ webhookUrl })}
      />
    </>
  );
}

interface OptionFieldsProps {
  choices: Choices;
  rows: PreviewRow[];
  onChange: (changes: Partial<Choices>) => void;
}

function CompressionFields({ choices, rows, onChange }: OptionFieldsProps) {
  const preset = usePresets()?.find(({ id }) => id === choices.preset);
  const isSingle = choices.outputs.length === 0;
  const hasSingleOutputForm = isSingle && choices.preset === null;
  return (
    <>
      {hasSingleOutputForm && (
        <div class="stack">
          <MarketplaceLink />
          <QualityField choices={choices} onChange={onChange} />
        </div>
      )}
      <QualityPreview choices={choices} preset={preset} rows={rows} />
      {hasSingleOutputForm && (
        <>
          <QualityMode choices={choices} onChange={onChange} />
          <FileSizeField choices={choices} onChange={onChange} />
          <FormatAndSizeFields choices={choices} onChange={onChange} />
          <CreateOutputsButton choices={choices} onChange={onChange} />
        </>
      )}
      {isSingle && preset && <PresetOutput preset={preset} onChange={onChange} />}
      {!isSingle && <OutputsForm choices={choices} onChange={onChange} />}
      <RadioGroup
        legend="Effort"
        name="effort"
        options={EFFORTS}
        selected={choices.effort}
        onSelect={(effort) => onChange({ effort })}
      />
      <RadioGroup
        legend="Metadata"
        name="metadata"
        options={METADATA_OPTIONS}
        selected={choices.metadata}
        onSelect={(metadata) => onChange({ metadata })}
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
        Pressroom reads the first bytes of each image and checks the image against the limits of{' '}
        {preset && PRESET_NAMES[preset]}. It does not compress or store any images.
      </p>
      <p class="soft small">The downloaded file lists the reasons for each image.</p>
    </div>
  );
}

/** Focuses the marketplaces, which may be out of view below a long list of columns. */
const MarketplaceLink = () => (
  <button
    class="as-link small marketplace-link"
    type="button"
    onClick={() => document.querySelector<HTMLElement>('[name=preset]:checked')?.focus()}
  >
    Choose a marketplace
  </button>
);
