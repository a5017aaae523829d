import { useEffect, useRef, useState } from 'preact/hooks';

/** Accepts a file that is dropped anywhere on the page. Returns true while a file is dragged over the page. */
export function useFileDrop(onFile: (file: File) => void): boolean {
  const [isDraggedOver, setDraggedOver] = useState(false);
  useEffect(() => {
    const handleDrag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setDraggedOver(event.type === 'dragover');
      const file = event.type === 'drop' ? event.dataTransfer.files[0] : undefined;
      if (file) onFile(file);
    };
    const handleDragLeave = (event: DragEvent) =>
      event.relatedTarget === null && setDraggedOver(false);
    addEventListener('dragover', handleDrag);
    addEventListener('drop', handleDrag);
    addEventListener('dragleave', handleDragLeave);
    return () => {
      removeEventListener('dragover', handleDrag);
      removeEventListener('drop', handleDrag);
      removeEventListener('dragleave', handleDragLeave);
    };
  }, [onFile]);
  return isDraggedOver;
}

interface Props {
  isDraggedOver: boolean;
  isBusy: boolean;
  onFile: (file: File) => void;
}

export function DropZone({ isDraggedOver, isBusy, onFile }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class={`drop-zone ${isDraggedOver ? 'over' : ''}`}>
      <svg width="44" height="44" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 15V4m0 0L8 8m4-4 4 4M4 14v4a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-4" />
      </svg>
      <p class="lead">{isDraggedOver ? 'Drop to check the file' : 'Drop your product file here'}</p>
      <p class="soft small">CSV, TSV, Excel or XML, exported from your shop.</p>
      <button
        class="button primary large"
        type="button"
        disabled={isBusy}
        onClick={() => input.current?.click()}
      >
        {isBusy ? 'Checking…' : 'Choose a file'}
      </button>
      <input
        ref={input}
        class="visually-hidden"
        type="file"
        accept=".csv,.tsv,.tab,.txt,.xlsx,.xml,.rss,.atom,text/csv,text/plain,text/xml,application/xml"
        aria-label="Product file"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
    </div>
  );
}
