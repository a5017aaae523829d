import { useEffect, useRef, useState } from 'preact/hooks';

/** Accepts a file dropped anywhere on the page. Returns whether a file is dragged over it. */
export function useFileDrop(onFile: (file: File) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const dragged = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(event.type === 'dragover');
      const file = event.type === 'drop' ? event.dataTransfer.files[0] : undefined;
      if (file) onFile(file);
    };
    const left = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    addEventListener('dragover', dragged);
    addEventListener('drop', dragged);
    addEventListener('dragleave', left);
    return () => {
      removeEventListener('dragover', dragged);
      removeEventListener('drop', dragged);
      removeEventListener('dragleave', left);
    };
  }, [onFile]);
  return over;
}

interface Props {
  over: boolean;
  busy: boolean;
  onFile: (file: File) => void;
}

export function DropZone({ over, busy, onFile }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class={`drop-zone ${over ? 'over' : ''}`}>
      <svg width="44" height="44" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 15V4m0 0L8 8m4-4 4 4M4 14v4a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-4" />
      </svg>
      <p class="lead">{over ? 'Drop to check the file' : 'Drop your product file here'}</p>
      <p class="soft small">CSV, TSV, Excel or XML, as your shop exports it.</p>
      <button
        class="button primary large"
        type="button"
        disabled={busy}
        onClick={() => input.current?.click()}
      >
        {busy ? 'Checking…' : 'Choose a file'}
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
