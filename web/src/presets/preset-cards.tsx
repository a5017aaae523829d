import './presets.css';
import { useId } from 'preact/hooks';
import type { Preset, PresetId } from '../api/types.js';
import { describeMainLimits, describeMissingSources } from './describe-preset.js';

interface Props {
  presets: Preset[];
  chosen: PresetId | null;
  onChoose: (preset: PresetId | null) => void;
}

/** Radio buttons as cards, each with the main limits of a marketplace. */
export function PresetCards({ presets, chosen, onChoose }: Props) {
  return (
    <div class="preset-cards">
      <PresetCard
        name="None"
        lines={['You choose format, quality and size.']}
        value=""
        isChosen={chosen === null}
        onChoose={() => onChoose(null)}
      />
      {presets.map((preset) => (
        <PresetCard
          key={preset.id}
          name={preset.name}
          lines={describeMainLimits(preset.limits)}
          note={describeMissingSources(preset) && 'Limits from third parties'}
          value={preset.id}
          isChosen={chosen === preset.id}
          onChoose={() => onChoose(preset.id)}
        />
      ))}
    </div>
  );
}

interface CardProps {
  name: string;
  lines: string[];
  note?: string;
  value: string;
  isChosen: boolean;
  onChoose: () => void;
}

function PresetCard({ name, lines, note, value, isChosen, onChoose }: CardProps) {
  const id = useId();
  return (
    <label class="preset-card">
      <input
        type="radio"
        name="preset"
        value={value}
        checked={isChosen}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-limits`}
        onChange={onChoose}
      />
      <strong id={`${id}-name`}>{name}</strong>
      <span id={`${id}-limits`} class="soft small preset-limits">
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
        {note && <span class="third-party">{note}</span>}
      </span>
    </label>
  );
}
