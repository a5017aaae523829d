import { RadioGroup } from '../../components/radio-group.js';
import { PresetCards } from '../../presets/preset-cards.js';
import { PresetDetails } from '../../presets/preset-details.js';
import { usePresets } from '../../presets/use-presets.js';
import type { Choices } from './choices.js';
import { FieldError } from '../check/field-errors.js';

interface Props {
  choices: Choices;
  onChange: (changes: Partial<Choices>) => void;
}

type Mode = 'compress' | 'check';

const MODES: { value: Mode; name: string; description: string }[] = [
  {
    value: 'compress',
    name: 'Compress and check',
    description: 'Creates the images for the marketplace and checks them.',
  },
  {
    value: 'check',
    name: 'Check only',
    description: 'Checks your images without compressing them. Takes less time.',
  },
];

/** Lets the user choose a marketplace and whether to compress the images for it or only check them. */
export function PresetSection({ choices, onChange }: Props) {
  const presets = usePresets();
  const preset = presets?.find(({ id }) => id === choices.preset);
  return (
    <fieldset class="sheet stack" id="marketplace" aria-describedby="marketplace-description">
      <legend class="visually-hidden">Marketplace</legend>
      <div class="preset-intro">
        <h2 aria-hidden="true">Marketplace</h2>
        <p id="marketplace-description" class="soft small">
          Creates images for a marketplace and checks them against its limits.
        </p>
      </div>
      {presets ? (
        <PresetCards
          presets={presets}
          selected={choices.preset}
          onSelect={(preset) => onChange({ preset })}
        />
      ) : (
        <p class="soft small" role="status">
          Loading…
        </p>
      )}
      <FieldError field="preset" />
      {choices.preset !== null && (
        <RadioGroup
          legend="Action"
          name="preset-mode"
          options={MODES}
          selected={choices.isCheckOnly ? 'check' : 'compress'}
          onSelect={(mode) => onChange({ isCheckOnly: mode === 'check' })}
        />
      )}
      <FieldError field="audit" />
      <FieldError field="audit_only" />
      {preset && <PresetDetails preset={preset} />}
    </fieldset>
  );
}
