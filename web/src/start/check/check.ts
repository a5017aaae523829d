import { ApiError, call } from '../../api/client.js';
import { type CreatedFile, quoteArgument } from '../../api/last-call.js';
import type { Estimate, Problem, UploadAccepted, UploadChecked } from '../../api/types.js';
import { appendCatalog, type Catalog, catalogTitle } from '../catalog.js';
import { toEstimateFields, toFormFields } from '../options/choice-fields.js';
import { type FileOptions, toFileFields } from '../options/file-options.js';
import type { Draft } from '../stored-draft.js';

/** Result of a dry run. */
export type CheckResult =
  { kind: 'ready'; response: UploadChecked } | { kind: 'refused'; problem: Refusal };

export type Refusal = Partial<Problem> & { detail: string };

/** Statuses about the file itself, not about a missing key or too many calls. */
const REFUSALS = new Set([400, 413, 415, 422]);

export async function checkCatalog(
  catalog: Catalog,
  options: FileOptions,
  signal: AbortSignal,
): Promise<CheckResult> {
  if (options.imageColumns?.length === 0)
    return { kind: 'refused', problem: { detail: 'Choose “Image” for at least one column.' } };
  try {
    // A separate call reads the estimate, which takes seconds.
    const response = await runDryRun(catalog, toFileFields(options), false, signal);
    return { kind: 'ready', response };
  } catch (error) {
    if (error instanceof ApiError && REFUSALS.has(error.status))
      return { kind: 'refused', problem: error.problem };
    throw error;
  }
}

/** All problems of the file as CSV, not only those that a check lists. */
export async function fetchProblemsCsv(
  { catalog, fileOptions }: Pick<Draft, 'catalog' | 'fileOptions'>,
  signal?: AbortSignal,
): Promise<Blob> {
  const form = buildDryRunForm(catalog, toFileFields(fileOptions), false);
  const response = await call('/upload', {
    method: 'POST',
    body: form,
    signal,
    accept: 'text/csv',
  });
  return response.blob();
}

/** Null when no image could be sampled. */
export async function fetchEstimate(
  { catalog, fileOptions, choices }: Draft,
  signal: AbortSignal,
): Promise<Estimate | null> {
  const fields = [...toFileFields(fileOptions), ...toEstimateFields(choices)];
  return (await runDryRun(catalog, fields, true, signal)).estimate;
}

async function runDryRun(
  catalog: Catalog,
  fields: [string, string][],
  withEstimate: boolean,
  signal: AbortSignal,
): Promise<UploadChecked> {
  const form = buildDryRunForm(catalog, fields, withEstimate);
  const response = await call('/upload', { method: 'POST', body: form, signal });
  return (await response.json()) as UploadChecked;
}

function buildDryRunForm(
  catalog: Catalog,
  fields: [string, string][],
  withEstimate: boolean,
): FormData {
  const form = new FormData();
  form.append('dry_run', 'true');
  form.append('estimate', String(withEstimate));
  for (const [name, value] of fields) form.append(name, value);
  appendCatalog(form, catalog);
  return form;
}

/** Maximum size of a file of this page that is kept for the commands of Setup help, in bytes. */
const MAX_KEPT_LENGTH = 100_000;

export async function uploadCatalog({
  catalog,
  fileOptions,
  choices,
}: Draft): Promise<UploadAccepted> {
  const form = new FormData();
  const fields = [...toFormFields(choices), ...toFileFields(fileOptions)];
  for (const [name, value] of fields) form.append(name, value);
  appendCatalog(form, catalog);
  const source: [string, string] =
    catalog.from === 'url' ? ['catalog_url', catalog.url] : ['file', `@${catalog.file.name}`];
  const options = [...fields, source].map(
    ([name, value]) => `-F ${quoteArgument(`${name}=${value}`)}`,
  );
  const response = await call('/upload', {
    method: 'POST',
    body: form,
    record: {
      title: `Uploaded ${catalogTitle(catalog)}`,
      curl: `${options.join(' ')} {base}/upload`,
      created:
        catalog.from === 'sample' || catalog.from === 'links'
          ? await toCreatedFile(catalog.file)
          : undefined,
    },
  });
  const accepted = (await response.json()) as UploadAccepted;
  if (accepted.webhook_secret)
    sessionStorage.setItem(`pressroom:secret:${accepted.request_id}`, accepted.webhook_secret);
  return accepted;
}

async function toCreatedFile(file: File): Promise<CreatedFile> {
  const { name, size } = file;
  return size > MAX_KEPT_LENGTH ? { name } : { name, text: await file.text() };
}
