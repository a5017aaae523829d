import { formatCount } from '../../format.js';
import { RadioGroup } from '../../components/radio-group.js';
import type { Choices } from './choices.js';
import {
  isValidFileSize,
  isValidQuality,
  MAX_KILOBYTES,
  describeQuality,
  describeScore,
} from './quality-choice.js';
import { FieldError, useFieldError } from '../check/field-errors.js';

interface Props {
  choices: Choices;
  onChange: (changes: Partial<Choices>) => void;
}

const MODES: { value: 'fixed' | 'automatic'; name: string; description: string }[] = [
  { value: 'fixed', name: 'Same for all images', description: 'You choose the quality.' },
  {
    value: 'automatic',
    name: 'Automatic',
    description: 'The smallest file that reaches a target score. Takes several times as long.',
  },
];

/** Shows the slider of a single output: a quality for all images, or a target score. */
export function QualityField({ choices, onChange }: Props) {
  return (
    <>
      {choices.isAutomatic ? (
        <ScoreSlider choices={choices} onChange={onChange} />
      ) : (
        <QualitySlider choices={choices} onChange={onChange} />
      )}
      <FieldError field="quality" />
    </>
  );
}

function QualitySlider({ choices: { quality, maxKilobytes }, onChange }: Props) {
  const errorAttributes = useFieldError('quality', 'quality-description');
  return (
    <div class="field">
      <div class="row spread">
        <label for="quality">{maxKilobytes === '' ? 'Quality' : 'Quality, at most'}</label>
        <output class="number" for="quality">
          {quality}
        </output>
      </div>
      <input
        id="quality"
        type="range"
        min="1"
        max="100"
        value={quality}
        {...errorAttributes}
        onInput={(event) => onChange({ quality: Number(event.currentTarget.value) })}
      />
      <p id="quality-description" class="soft small description">
        {describeQuality(quality)}
      </p>
    </div>
  );
}

function ScoreSlider({ choices: { targetScore }, onChange }: Props) {
  const errorAttributes = useFieldError('quality', 'score-description');
  const score = isValidQuality(targetScore) ? Number(targetScore) : 70;
  return (
    <div class="field">
      <div class="row spread">
        <label for="target-score">Target score</label>
        <output class="number" for="target-score">
          {score}
        </output>
      </div>
      <input
        id="target-score"
        type="range"
        min="1"
        max="100"
        value={score}
        {...errorAttributes}
        onInput={(event) => onChange({ targetScore: event.currentTarget.value })}
      />
      <p id="score-description" class="soft small description">
        {describeScore(score)}
      </p>
    </div>
  );
}

/** Lets the user choose between a fixed and an automatic quality. */
export const QualityMode = ({ choices, onChange }: Props) => (
  <RadioGroup
    legend="Quality mode"
    name="quality-mode"
    options={MODES}
    selected={choices.isAutomatic ? 'automatic' : 'fixed'}
    onSelect={(mode) => onChange({ isAutomatic: mode === 'automatic' })}
  />
);

/** Shows the field for the maximum size of each compressed image. */
export function FileSizeField({ choices: { maxKilobytes }, onChange }: Props) {
  const isValid = isValidFileSize(maxKilobytes);
  const errorAttributes = useFieldError('max_bytes', 'file-size-description');
  return (
    <div class="field">
      <label for="file-size">Maximum file size (kB)</label>
      <input
        id="file-size"
        type="number"
        min="1"
        max={MAX_KILOBYTES}
        inputMode="numeric"
        placeholder="No limit"
        value={maxKilobytes}
        {...errorAttributes}
        aria-invalid={!isValid || errorAttributes['aria-invalid']}
        onInput={(event) => onChange({ maxKilobytes: event.currentTarget.value })}
      />
      <p id="file-size-description" class={`small ${isValid ? 'soft' : 'wrong'}`} role="status">
        {isValid
          ? 'Each image gets the highest quality that fits in this size.'
          : `Enter 1 to ${formatCount(MAX_KILOBYTES)} kB, or leave empty for no limit.`}
      </p>
      <FieldError field="max_bytes" />
    </div>
  );
}
