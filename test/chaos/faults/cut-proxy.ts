import { isCompleteCsv } from '../../../examples/demo/complete-csv.js';
import { readZip } from '../../support/zip.js';
import { CuttingProxy } from '../cutting-proxy.js';
import type { Fault, Run } from '../run.js';

/** A download and the documented check of its completeness. */
interface Download {
  file: string;
  isComplete: (body: Buffer, headers: Headers) => boolean;
}

const isWholeCsv: Download['isComplete'] = (body, headers) =>
  isCompleteCsv(body.toString(), Number(headers.get('pressroom-rows') ?? NaN));

const isWholeZip: Download['isComplete'] = (body, headers) => {
  try {
    return readZip(body).length === Number(headers.get('pressroom-files') ?? NaN);
  } catch {
    // No program opens a ZIP without its directory.
    return false;
  }
};

const DOWNLOADS: Download[] = [
  { file: '', isComplete: isWholeCsv },
  { file: '/errors', isComplete: isWholeCsv },
  { file: '/images.zip', isComplete: isWholeZip },
];

/** A proxy cuts downloads and hides the cut. The documented check must recognize every cut. */
export const cutProxy: Fault = {
  name: 'proxy cuts downloads',
  async inject(run) {
    const id = await run.uploadUntilEnd(run.choose(200, 20));
    const proxy = await CuttingProxy.start(run.bench.url);
    try {
      for (const download of DOWNLOADS) await cutAtRandom(run, proxy, id, download);
    } finally {
      await proxy.close();
    }
  },
};

async function cutAtRandom(
  run: Run,
  proxy: CuttingProxy,
  id: string,
  { file, isComplete }: Download,
): Promise<void> {
  const path = `/download/${id}${file}`;
  const get = async (bytes?: number) => {
    const response = await fetch(proxy.url(path, bytes));
    const body = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${body.toString()}`);
    return { size: body.length, accepted: isComplete(body, response.headers) };
  };
  const whole = await get();
  if (!whole.accepted) run.problems.push(`${path} is complete, but the check rejects it`);
  for (let left = run.choose(50, 10); left > 0; left--) {
    const { size, accepted } = await get(run.random.between(1, whole.size - 1));
    run.countInjections();
    if (accepted) run.problems.push(`${path}: the check accepts ${size} of ${whole.size} bytes`);
  }
}
