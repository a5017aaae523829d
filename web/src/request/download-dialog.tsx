import type { RefObject } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { RequestSummary } from '../api/types.js';
import { RadioGroup } from '../components/radio-group.js';

type OutputMode = 'append' | 'replace';
type FileFormat = 'uploaded' | 'csv' | 'xlsx';

interface Props {
  dialog: RefObject<HTMLDialogElement | null>;
  summary: RequestSummary;
  /** True if the images were only checked. The file then has a column with the results. */
  isCheckOnly: boolean;
  /** Downloads the file with these query parameters. */
  onDownload: (query: string) => void;
}

/** Asks for the output mode and the file format. */
export function DownloadDialog({ dialog, summary, isCheckOnly, onDownload }: Props) {
  const id = useId();
  const platform = findPlatformName(summary);
  const [output, setOutput] = useState<OutputMode>(platform ? 'replace' : 'append');
  const [format, setFormat] = useState<FileFormat>('uploaded');
  const submit = () => {
    const query = new URLSearchParams({ output: isCheckOnly ? 'append' : output });
    if (format !== 'uploaded') query.set('format', format);
    onDownload(`?${query.toString()}`);
  };
  return (
    <dialog ref={dialog} aria-labelledby={id}>
      <form method="dialog" class="stack" onSubmit={submit}>
        <h2 id={id}>Download product file</h2>
        {isCheckOnly ? (
          <p>Your columns stay unchanged. A new column contains the check results.</p>
        ) : (
          <RadioGroup
            legend="Links to compressed images"
            name="output"
            options={listOutputModes(platform)}
            selected={output}
            onSelect={setOutput}
          />
        )}
        <RadioGroup
          legend="File type"
          name="file-type"
          options={listFileTypes(summary)}
          selected={format}
          onSelect={setFormat}
        />
        <div class="row">
          <button class="button primary" type="submit">
            Download file
          </button>
          <button class="button quiet" type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}

const listOutputModes = (
  platform: string | undefined,
): { value: OutputMode; name: string; description: string }[] => [
  {
    value: 'append',
    name: 'Same file with a new column',
    description:
      'Your columns stay unchanged. A new column contains the links to the compressed images.',
  },
  {
    value: 'replace',
    name: platform
      ? `Same file with the links replaced, ready to import into ${platform}`
      : 'Same file with the links replaced',
    description:
      'Links to compressed images replace the original links. Failed images keep their original link.',
  },
];

const CSV = { name: 'CSV', description: 'Plain text that online stores can import.' };
const EXCEL = { name: 'Excel', description: 'An .xlsx workbook with the same cells.' };

/** Lists the uploaded file's format first. A feed is downloaded as a table. */
const listFileTypes = ({
  format,
}: RequestSummary): { value: FileFormat; name: string; description: string }[] =>
  format === 'xlsx'
    ? [
        { value: 'uploaded', ...EXCEL },
        { value: 'csv', ...CSV },
      ]
    : [
        { value: 'uploaded', ...CSV },
        { value: 'xlsx', ...EXCEL },
      ];

/** Returns undefined for a file from an unknown platform. */
const findPlatformName = ({ platform, platform_title }: RequestSummary): string | undefined =>
  platform === 'generic' ? undefined : platform_title;
