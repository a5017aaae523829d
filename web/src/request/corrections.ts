import { callApi } from '../api/client.js';
import { quoteArgument } from '../api/recent-calls.js';
import type { Correction, CorrectionResult } from '../api/types.js';

/** Replaces the URL of a failed image. The server then downloads and compresses the new image. */
export async function correctLink(id: string, correction: Correction): Promise<CorrectionResult> {
  const path = `/requests/${id}/corrections`;
  const curl = `-H 'Content-Type: application/json' -d ${quoteArgument(JSON.stringify(correction))} {base}${path}`;
  const record = { title: 'Corrected a link', curl };
  const response = await callApi(path, { method: 'POST', body: correction, record });
  return (await response.json()) as CorrectionResult;
}

/** Uploads the errors file with corrected links. */
export async function uploadCorrections(id: string, file: File): Promise<CorrectionResult> {
  const path = `/requests/${id}/corrections`;
  const form = new FormData();
  form.append('file', file);
  const curl = `-F ${quoteArgument(`file=@${file.name}`)} {base}${path}`;
  const record = { title: `Uploaded corrections in ${file.name}`, curl };
  const response = await callApi(path, { method: 'POST', body: form, record });
  return (await response.json()) as CorrectionResult;
}
