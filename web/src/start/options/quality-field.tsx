import { formatCount } from '../../format.js';
import { Choice } from '../../parts/choice.js';
import type { Choices } from './choices.js';
import {
  isFileSize,
  isQuality,
  MAX_KILOBYTES,
  describeQuality,
  describeScore,
} from './quality-choice.js';
import { Refusal, useRefusal } from '../check/refused-fields.js';

interface Props {
  choices: Choices;
  onChange: (change: Partial<Choices>) => void;
}

const MODES: { value: 'fixed' | 'automatic'; name: string; meaning: string }[] = [
  { value: 'fixed', name: 'Same for all images', meaning: 'You choose the quality.' },
  {
    value: 'automatic',
    name: 'Automatic',
    meaning: 'The smallest file per image that reaches a score. Takes several times as long.',
  },
];

/** Quality of a single output: a number for all images, or a score that each image reaches. */
export function QualityField({ choices, onChange }: Props) {
  return (
    <>
      {choices.isAutomatic ? (
        <ScoreSlider choices={choices} onChange={onChange} />
      ) : (
        <QualitySlider choices={choices} onChange={onChange} />
      )}
      <Refusal field="quality" />
    </>
  );
}

function QualitySlider({ choices: { quality, maxKilobytes }, onChange }: Props) {
  const refusal = useRefusal('quality', 'quality-meaning');
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
        {...refusal}
        onInput={(event) => onChange({ quality: Number(event.currentTarget.value) })}
      />
      <p id="quality-meaning" class="soft small meaning">
        {describeQuality(quality)}
      </p>
    </div>
  );
}

function ScoreSlider({ choices: { targetScore }, onChange }: Props) {
  const refusal = useRefusal('quality', 'score-meaning');
  const score = isQuality(targetScore) ? Number(targetScore) : 70;
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
        {...refusal}
        onInput={(event) => onChange({ targetScore: event.currentTarget.value })}
      />
      <p id="score-meaning" class="soft small meaning">
        {describeScore(score)}
      </p>
    </div>
  );
}

/** Offers the automatic quality. */
export const QualityMode = ({ choices, onChange }: Props) => (
  <Choice
    legend="Choice of quality"
    name="quality-mode"
    options={MODES}
    chosen={choices.isAutomatic ? 'automatic' : 'fixed'}
    onChoose={(mode) => onChange({ isAutomatic: mode === 'automatic' })}
  />
);

/** Maximum size of each compressed image. */
export function FileSizeField({ choices: { maxKilobytes }, onChange }: Props) {
  const isValid = isFileSize(maxKilobytes);
  const refusal = useRefusal('max_bytes', 'file-size-meaning');
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
        {...refusal}
        aria-invalid={!isValid || refusal['aria-invalid']}
        onInput={(event) => onChange({ maxKilobytes: event.currentTarget.value })}
      />
      <p id="file-size-meaning" class={`small ${isValid ? 'soft' : 'wrong'}`} role="status">
        {isValid
          ? 'Each image gets the best quality that fits.'
          : `From 1 to ${formatCount(MAX_KILOBYTES)} kB, or leave empty for no limit.`}
      </p>
      <Refusal field="max_bytes" />
    </div>
  );
}
