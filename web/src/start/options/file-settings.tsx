import type { UploadCheck } from '../../api/types.js';
import { type FileOptions, changeReadingOptions } from './file-options.js';
import { DELIMITERS, ENCODINGS } from './reading-choices.js';

interface Props {
  /** Undefined if the file could not be read. */
  response?: UploadCheck;
  options: FileOptions;
  isOpen?: boolean;
  onChange: (options: FileOptions) => void;
}

/** Options for reading the file. Each change checks the file again. */
export function FileSettings({ response, options, isOpen = false, onChange }: Props) {
  const changeOptions = (changes: FileOptions) => onChange(changeReadingOptions(options, changes));
  const isText = !response || response.format === 'csv';
  const sheets = response?.sheets ?? [];
  return (
    <details class="sheet file-settings" open={isOpen}>
      <summary>File settings</summary>
      <div class="settings">
        {isText && (
          <Select
            label="Encoding"
            value={options.encoding}
            choices={ENCODINGS}
            detected={response?.encoding}
            onChange={(encoding) => changeOptions({ encoding })}
          />
        )}
        {isText && (
          <Select
            label="Delimiter"
            value={options.delimiter}
            choices={DELIMITERS}
            detected={response?.delimiter ?? undefined}
            onChange={(delimiter) => changeOptions({ delimiter })}
          />
        )}
        {sheets.length > 1 && (
          <Select
            label="Sheet"
            value={options.sheet}
            choices={sheets.map((name) => ({ value: name, name }))}
            detected={response?.sheet ?? undefined}
            onChange={(sheet) => changeOptions({ sheet })}
          />
        )}
        {response?.format !== 'xml' && (
          <Select
            label="Header row"
            value={options.headerRow?.toString()}
            choices={HEADER_ROWS}
            detected={response && String(response.header_row ?? 0)}
            onChange={(row) =>
              changeOptions({ headerRow: row === undefined ? undefined : Number(row) })
            }
          />
        )}
        <label class="field">
          <span>Image folder</span>
          <input
            type="url"
            placeholder="https://shop.example/media/"
            value={options.baseUrl ?? ''}
            onChange={(event) =>
              onChange({ ...options, baseUrl: event.currentTarget.value.trim() || undefined })
            }
          />
        </label>
      </div>
    </details>
  );
}

const MAX_HEADER_ROW = 20;
const HEADER_ROWS = [
  { value: '0', name: 'No header' },
  ...Array.from({ length: MAX_HEADER_ROW }, (_, index) => ({
    value: String(index + 1),
    name: `Row ${index + 1}`,
  })),
];

interface SelectProps {
  label: string;
  value: string | undefined;
  choices: { value: string; name: string }[];
  detected: string | undefined;
  onChange: (value: string | undefined) => void;
}

function Select({ label, value, choices, detected, onChange }: SelectProps) {
  const detectedName = choices.find((choice) => choice.value === detected)?.name ?? detected;
  const automaticLabel =
    detectedName && value === undefined ? `Automatic (${detectedName})` : 'Automatic';
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      >
        <option value="">{automaticLabel}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.name}
          </option>
        ))}
      </select>
    </label>
  );
}
