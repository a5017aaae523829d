import './presets.css';
import { useId } from 'preact/hooks';
import type { Preset, PresetId } from '../api/types.js';
import { describeMainLimits, describeMissingSources } from './describe-preset.js';

interface Props {
  presets: Preset[];
  selected: PresetId | null;
  onSelect: (preset: PresetId | null) => void;
}

/** Shows the marketplaces as radio cards with their main limits. */
export function PresetCards({ presets, selected, onSelect }: Props) {
  return (
    <div class="preset-cards">
      <PresetCard
        name="None"
        lines={['You choose the format, quality and size.']}
        value=""
        isSelected={selected === null}
        onSelect={() => onSelect(null)}
      />
      {presets.map((preset) => (
        <PresetCard
          key={preset.id}
          name={preset.name}
          lines={describeMainLimits(preset.limits)}
          note={describeMissingSources(preset) && 'Limits from third parties'}
          value={preset.id}
          isSelected={selected === preset.id}
          onSelect={() => onSelect(preset.id)}
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
  isSelected: boolean;
  onSelect: () => void;
}

function PresetCard({ name, lines, note, value, isSelected, onSelect }: CardProps) {
  const id = useId();
  return (
    <label class="preset-card">
      <input
        type="radio"
        name="preset"
        value={value}
        checked={isSelected}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-limits`}
        onChange={onSelect}
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
