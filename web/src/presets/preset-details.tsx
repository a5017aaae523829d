import type { Preset } from '../api/types.js';
import { formatQuantity, formatDate } from '../format.js';
import { describeAllLimits, describeMissingSources } from './describe-preset.js';

/** Shows the requirements of a marketplace with their sources and notes. */
export function PresetDetails({ preset }: { preset: Preset }) {
  const { title, limits, sources, notes, read_on } = preset;
  const sourceNote = describeMissingSources(preset);
  return (
    <section class="preset-details" aria-labelledby="preset-title">
      <h3 id="preset-title">{title} requires</h3>
      <ul class="preset-requirements">
        {describeAllLimits(limits).map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
      </ul>
      {sourceNote && <p class="notice warn small">{sourceNote}</p>}
      <div class="small">
        <p class="soft">Sources, last checked on {formatDate(read_on)}:</p>
        <ul>
          {sources.map(({ url, was_read }) => (
            <li key={url} class="breakable">
              <a href={url} target="_blank" rel="noreferrer">
                {url.replace(/^https:\/\/(?:www\.)?/, '')}
              </a>
              {!was_read && <span class="soft"> (could not be read)</span>}
            </li>
          ))}
        </ul>
      </div>
      {notes.length > 0 && (
        <details class="small">
          <summary>{formatQuantity(notes.length, 'note')} about these limits</summary>
          <ul class="preset-notes">
            {notes.map((note) => (
              <li key={note}>{renderCode(note)}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** Renders text between backticks as code. */
const renderCode = (text: string) =>
  text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
