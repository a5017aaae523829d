import { ApiError, callApi } from '../../api/client.js';
import { type CreatedFile, quoteArgument } from '../../api/recent-calls.js';
import type { Estimate, Problem, AcceptedUpload, UploadCheck } from '../../api/types.js';
import { appendCatalog, type Catalog, getCatalogTitle } from '../catalog.js';
import { toEstimateFields, toFormFields } from '../options/choice-fields.js';
import { type FileOptions, toFileFields } from '../options/file-options.js';
import type { Draft } from '../stored-draft.js';

/** Result of checking a catalog. */
export type CheckResult =
  { kind: 'ready'; response: UploadCheck } | { kind: 'rejected'; problem: Rejection };

export type Rejection = Partial<Problem> & { detail: string };

/** HTTP statuses caused by the file itself, not by a missing key or too many calls. */
const REJECTION_STATUSES = new Set([400, 413, 415, 422]);

export async function checkCatalog(
  catalog: Catalog,
  options: FileOptions,
  signal: AbortSignal,
): Promise<CheckResult> {
  if (options.imageColumns?.length === 0)
    return { kind: 'rejected', problem: { detail: 'Choose “Image” for at least one column.' } };
  try {
    // The estimate takes several seconds, so a separate call requests it.
    const response = await runDryRun(catalog, toFileFields(options), false, signal);
    return { kind: 'ready', response };
  } catch (error) {
    if (error instanceof ApiError && REJECTION_STATUSES.has(error.status))
      return { kind: 'rejected', problem: error.problem };
    throw error;
  }
}

/** Returns all problems of the file as CSV. A check lists only the first problems. */
export async function fetchProblemsCsv(
  { catalog, fileOptions }: Pick<Draft, 'catalog' | 'fileOptions'>,
  signal?: AbortSignal,
): Promise<Blob> {
  const form = buildDryRunForm(catalog, toFileFields(fileOptions), false);
  const response = await callApi('/upload', {
    method: 'POST',
    body: form,
    signal,
    accept: 'text/csv',
  });
  return response.blob();
}

/** Estimates the result. Returns null if no image could be sampled. */
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
  includeEstimate: boolean,
  signal: AbortSignal,
): Promise<UploadCheck> {
  const form = buildDryRunForm(catalog, fields, includeEstimate);
  const response = await callApi('/upload', { method: 'POST', body: form, signal });
  return (await response.json()) as UploadCheck;
}

function buildDryRunForm(
  catalog: Catalog,
  fields: [string, string][],
  includeEstimate: boolean,
): FormData {
  const form = new FormData();
  form.append('dry_run', 'true');
  form.append('estimate', String(includeEstimate));
  for (const [name, value] of fields) form.append(name, value);
  appendCatalog(form, catalog);
  return form;
}

/** Maximum size of a file created on this page that Setup help offers for download. */
const MAX_CREATED_FILE_BYTES = 100_000;

export async function uploadCatalog({
  catalog,
  fileOptions,
  choices,
}: Draft): Promise<AcceptedUpload> {
  const form = new FormData();
  const fields = [...toFormFields(choices), ...toFileFields(fileOptions)];
  for (const [name, value] of fields) form.append(name, value);
  appendCatalog(form, catalog);
  const source: [string, string] =
    catalog.from === 'url' ? ['catalog_url', catalog.url] : ['file', `@${catalog.file.name}`];
  const options = [...fields, source].map(
    ([name, value]) => `-F ${quoteArgument(`${name}=${value}`)}`,
  );
  const response = await callApi('/upload', {
    method: 'POST',
    body: form,
    record: {
      title: `Uploaded ${getCatalogTitle(catalog)}`,
      curl: `${options.join(' ')} {base}/upload`,
      created:
        catalog.from === 'sample' || catalog.from === 'links'
          ? await toCreatedFile(catalog.file)
          : undefined,
    },
  });
  const acceptedUpload = (await response.json()) as AcceptedUpload;
  if (acceptedUpload.webhook_secret)
    sessionStorage.setItem(
      `pressroom:secret:${acceptedUpload.request_id}`,
      acceptedUpload.webhook_secret,
    );
  return acceptedUpload;
}

async function toCreatedFile(file: File): Promise<CreatedFile> {
  const { name, size } = file;
  return size > MAX_CREATED_FILE_BYTES ? { name } : { name, text: await file.text() };
}
