import type { RefObject } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { RequestSummary } from '../api/types.js';
import { Choice } from '../parts/choice.js';

type Output = 'append' | 'replace';
type FileFormat = 'uploaded' | 'csv' | 'xlsx';

interface Props {
  dialog: RefObject<HTMLDialogElement | null>;
  summary: RequestSummary;
  /** No link was replaced. The file has a column with the results. */
  isCheckOnly: boolean;
  /** Query of the download URL. */
  onDownload: (query: string) => void;
}

/** Asks for the output mode and the file format. */
export function DownloadDialog({ dialog, summary, isCheckOnly, onDownload }: Props) {
  const id = useId();
  const shop = platformName(summary);
  const [output, setOutput] = useState<Output>(shop ? 'replace' : 'append');
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
          <p>Your columns stay as they are. A new column has the results of the check.</p>
        ) : (
          <Choice
            legend="Compressed links"
            name="output"
            options={outputs(shop)}
            chosen={output}
            onChoose={setOutput}
          />
        )}
        <Choice
          legend="File type"
          name="file-type"
          options={fileTypes(summary)}
          chosen={format}
          onChoose={setFormat}
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

const outputs = (shop: string | undefined): { value: Output; name: string; meaning: string }[] => [
  {
    value: 'append',
    name: 'Same file with a new column',
    meaning: 'Your columns stay as they are. The compressed links are added in a new column.',
  },
  {
    value: 'replace',
    name: shop
      ? `Same file with the links replaced, ready to import into ${shop}`
      : 'Same file with the links replaced',
    meaning:
      'Links to compressed images replace the original links. Failed images keep their original link.',
  },
];

const CSV = { name: 'CSV', meaning: 'Plain text that online stores can import.' };
const EXCEL = { name: 'Excel', meaning: 'An .xlsx workbook with the same cells.' };

/** Lists the format of the uploaded file first. A feed is downloaded as a table. */
const fileTypes = ({
  format,
}: RequestSummary): { value: FileFormat; name: string; meaning: string }[] =>
  format === 'xlsx'
    ? [
        { value: 'uploaded', ...EXCEL },
        { value: 'csv', ...CSV },
      ]
    : [
        { value: 'uploaded', ...CSV },
        { value: 'xlsx', ...EXCEL },
      ];

/** Returns undefined for a file of no known platform. */
const platformName = ({ platform, platform_title }: RequestSummary): string | undefined =>
  platform === 'generic' ? undefined : platform_title;
