import { ApiError, call } from '../api/client.js';
import { type MadeFile, quoted } from '../api/last-call.js';
import type { Problem, UploadAccepted, UploadChecked } from '../api/types.js';
import type { Catalog } from './catalog.js';
import { type Choices, fieldsOf } from './choices.js';

/** What the API makes of a catalog without storing it. */
export type CheckResult = { catalog: Catalog } & (
  { kind: 'ready'; answer: UploadChecked } | { kind: 'refused'; problem: Refusal }
);

export type Refusal = Partial<Problem> & { detail: string };

/** What is said of the file itself; a missing key or too many calls say nothing of it. */
const REFUSALS = new Set([400, 413, 415, 422]);

export async function check(catalog: Catalog, signal: AbortSignal): Promise<CheckResult> {
  const form = new FormData();
  form.append('dry_run', 'true');
  form.append('file', catalog.file);
  try {
    const response = await call('/upload', { method: 'POST', body: form, signal });
    return { kind: 'ready', catalog, answer: (await response.json()) as UploadChecked };
  } catch (error) {
    if (error instanceof ApiError && REFUSALS.has(error.status))
      return { kind: 'refused', catalog, problem: error.problem };
    throw error;
  }
}

/** Bytes of a file of the page's own that are kept for the commands of Setup help. */
const MAX_KEPT_LENGTH = 100_000;

export async function upload(catalog: Catalog, choices: Choices): Promise<UploadAccepted> {
  const { file } = catalog;
  const form = new FormData();
  const fields = fieldsOf(choices);
  for (const [name, value] of fields) form.append(name, value);
  form.append('file', file);
  const options = fields.map(([name, value]) => ` -F ${quoted(`${name}=${value}`)}`).join('');
  const response = await call('/upload', {
    method: 'POST',
    body: form,
    record: {
      title: `Uploaded ${file.name}`,
      curl: `${options.trimStart()} -F ${quoted(`file=@${file.name}`)} {base}/upload`.trimStart(),
      made: catalog.from === 'disk' ? undefined : await madeFile(file),
    },
  });
  const accepted = (await response.json()) as UploadAccepted;
  if (accepted.webhook_secret)
    sessionStorage.setItem(`pressroom:secret:${accepted.request_id}`, accepted.webhook_secret);
  return accepted;
}

async function madeFile(file: File): Promise<MadeFile> {
  const { name, size } = file;
  return size > MAX_KEPT_LENGTH ? { name } : { name, text: await file.text() };
}
