import { isCompleteCsv } from '../../../examples/demo/complete-csv.js';
import { readZip } from '../../support/zip.js';
import { TruncatingProxy } from '../truncating-proxy.js';
import type { Fault, Run } from '../run.js';

/** A download and the documented check for its completeness. */
interface Download {
  file: string;
  isComplete: (body: Buffer, headers: Headers) => boolean;
}

const isCompleteCsvFile: Download['isComplete'] = (body, headers) =>
  isCompleteCsv(body.toString(), Number(headers.get('pressroom-rows') ?? NaN));

const isCompleteZipFile: Download['isComplete'] = (body, headers) => {
  try {
    return readZip(body).length === Number(headers.get('pressroom-files') ?? NaN);
  } catch {
    // No program can open a ZIP without its central directory.
    return false;
  }
};

const DOWNLOADS: Download[] = [
  { file: '', isComplete: isCompleteCsvFile },
  { file: '/errors', isComplete: isCompleteCsvFile },
  { file: '/images.zip', isComplete: isCompleteZipFile },
];

/** A proxy truncates downloads without reporting an error. The documented check must detect every truncated download. */
export const truncatedDownloads: Fault = {
  name: 'proxy cuts downloads',
  async inject(run) {
    const id = await run.uploadAndWait(run.choose(200, 20));
    const proxy = await TruncatingProxy.start(run.fixture.url);
    try {
      for (const download of DOWNLOADS) await truncateAtRandom(run, proxy, id, download);
    } finally {
      await proxy.close();
    }
  },
};

async function truncateAtRandom(
  run: Run,
  proxy: TruncatingProxy,
  id: string,
  { file, isComplete }: Download,
): Promise<void> {
  const path = `/download/${id}${file}`;
  const download = async (byteCount?: number) => {
    const response = await fetch(proxy.url(path, byteCount));
    const body = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${body.toString()}`);
    return { size: body.length, isAccepted: isComplete(body, response.headers) };
  };
  const fullDownload = await download();
  if (!fullDownload.isAccepted) run.problems.push(`${path} is complete, but the check rejects it`);
  for (let remaining = run.choose(50, 10); remaining > 0; remaining--) {
    const { size, isAccepted } = await download(run.random.between(1, fullDownload.size - 1));
    run.countInjections();
    if (isAccepted)
      run.problems.push(`${path}: the check accepts ${size} of ${fullDownload.size} bytes`);
  }
}
