import './before-after.css';
import { useRef, useState } from 'preact/hooks';

interface Side {
  src: string;
  label: string;
}

interface Props {
  before: Side;
  after: Side;
  /** Alternative text of both images. */
  name: string;
  /** Width divided by height of the images. */
  ratio: number;
}

/**
 * Compares two images with a slider: one on its left, the other on its right. The slider is a range input
 * over the whole image, so it works with pointer, touch, keyboard and screen reader.
 */
export function BeforeAfter({ before, after, name, ratio }: Props) {
  const [at, setAt] = useState(50);
  const frame = useRef<HTMLDivElement | null>(null);
  const move = (value: number) => {
    setAt(value);
    frame.current?.style.setProperty('--at', `${value}%`);
  };
  return (
    <div
      class="before-after"
      ref={(element) => {
        frame.current = element;
        element?.style.setProperty('--ratio', String(ratio));
      }}
    >
      <div class="pair">
        <img class="after" src={after.src} alt={`${name}, ${after.label}`} draggable={false} />
        <img class="before" src={before.src} alt={`${name}, ${before.label}`} draggable={false} />
        <span class="side left" aria-hidden="true">
          {before.label}
        </span>
        <span class="side right" aria-hidden="true">
          {after.label}
        </span>
        <span class="divider" aria-hidden="true" />
        <input
          type="range"
          min="0"
          max="100"
          value={at}
          aria-label={`How much of ${name} is shown as the original`}
          aria-valuetext={`${at} % ${before.label}, ${100 - at} % ${after.label}`}
          onInput={(event) => move(Number(event.currentTarget.value))}
        />
      </div>
    </div>
  );
}
