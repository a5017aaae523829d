import { isCompleteCsv } from '../../../examples/demo/complete-csv.js';
import { readZip } from '../../support/zip.js';
import { CuttingProxy } from '../cutting-proxy.js';
import type { Fault } from '../run.js';
import type { Run } from '../run.js';

/** One download and the documented check of its completeness. */
interface Checked {
  file: string;
  isComplete: (body: Buffer, headers: Headers) => boolean;
}

const csv: Checked['isComplete'] = (body, headers) =>
  isCompleteCsv(body.toString(), Number(headers.get('pressroom-rows') ?? NaN));

const zip: Checked['isComplete'] = (body, headers) => {
  try {
    return readZip(body).length === Number(headers.get('pressroom-files') ?? NaN);
  } catch {
    // No program opens it.
    return false;
  }
};

const DOWNLOADS: Checked[] = [
  { file: '', isComplete: csv },
  { file: '/errors', isComplete: csv },
  { file: '/images.zip', isComplete: zip },
];

/** A proxy cuts downloads and hides it; the documented check recognizes each of them. */
export const cutProxy: Fault = {
  name: 'a proxy cuts downloads',
  async inject(run) {
    const id = await run.endedRequest(run.of(200, 20));
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
  { file, isComplete }: Checked,
): Promise<void> {
  const path = `/download/${id}${file}`;
  const get = async (bytes?: number) => {
    const response = await fetch(proxy.url(path, bytes));
    const body = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${body.toString()}`);
    return { size: body.length, accepted: isComplete(body, response.headers) };
  };
  const whole = await get();
  if (!whole.accepted) run.problems.push(`${path} is complete, and the check rejects it`);
  for (let left = run.of(50, 10); left > 0; left--) {
    const { size, accepted } = await get(run.random.between(1, whole.size - 1));
    run.injected();
    if (accepted) run.problems.push(`${path}: ${size} of ${whole.size} bytes pass for complete`);
  }
}
