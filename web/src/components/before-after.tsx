import './before-after.css';
import { useRef, useState } from 'preact/hooks';

interface LabeledImage {
  src: string;
  label: string;
}

interface Props {
  before: LabeledImage;
  after: LabeledImage;
  /** Alternative text of both images. */
  name: string;
  /** Width of the images divided by their height. */
  ratio: number;
}

/**
 * Compares two images with a slider between them. The slider is a range input over the whole image. It
 * works with a mouse, touch, a keyboard and a screen reader.
 */
export function BeforeAfter({ before, after, name, ratio }: Props) {
  const [position, setPosition] = useState(50);
  const frame = useRef<HTMLDivElement | null>(null);
  const moveSlider = (value: number) => {
    setPosition(value);
    frame.current?.style.setProperty('--position', `${value}%`);
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
          value={position}
          aria-label={`How much of ${name} is shown as the original`}
          aria-valuetext={`${position}% ${before.label}, ${100 - position}% ${after.label}`}
          onInput={(event) => moveSlider(Number(event.currentTarget.value))}
        />
      </div>
    </div>
  );
}
