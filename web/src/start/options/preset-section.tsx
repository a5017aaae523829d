import { Choice } from '../../parts/choice.js';
import { PresetCards } from '../../presets/preset-cards.js';
import { PresetDetails } from '../../presets/preset-details.js';
import { usePresets } from '../../presets/use-presets.js';
import type { Choices } from './choices.js';
import { Refusal } from '../check/refused-fields.js';

interface Props {
  choices: Choices;
  onChange: (change: Partial<Choices>) => void;
}

type Mode = 'compress' | 'check';

const MODES: { value: Mode; name: string; meaning: string }[] = [
  {
    value: 'compress',
    name: 'Compress and check',
    meaning: 'Creates the images for the marketplace and checks them.',
  },
  {
    value: 'check',
    name: 'Check only',
    meaning: 'Checks your images as they are and compresses nothing. Takes less time.',
  },
];

/** Offers the marketplaces whose limits are checked. */
export function PresetSection({ choices, onChange }: Props) {
  const presets = usePresets();
  const chosen = presets?.find(({ id }) => id === choices.preset);
  return (
    <fieldset class="sheet stack" id="marketplace" aria-describedby="marketplace-meaning">
      <legend class="visually-hidden">Marketplace</legend>
      <div class="preset-intro">
        <h2 aria-hidden="true">Marketplace</h2>
        <p id="marketplace-meaning" class="soft small">
          Creates images for a marketplace and checks them against its limits.
        </p>
      </div>
      {presets ? (
        <PresetCards
          presets={presets}
          chosen={choices.preset}
          onChoose={(preset) => onChange({ preset })}
        />
      ) : (
        <p class="soft small" role="status">
          Loading…
        </p>
      )}
      <Refusal field="preset" />
      {choices.preset !== null && (
        <Choice
          legend="What to do"
          name="preset-mode"
          options={MODES}
          chosen={choices.isCheckOnly ? 'check' : 'compress'}
          onChoose={(mode) => onChange({ isCheckOnly: mode === 'check' })}
        />
      )}
      <Refusal field="audit" />
      <Refusal field="audit_only" />
      {chosen && <PresetDetails preset={chosen} />}
    </fieldset>
  );
}
