import type { components } from './schema.js';

/** The words of the API, as docs/openapi.json describes them (`npm run openapi`). */
type Schemas = components['schemas'];

export type Status = Schemas['StatusDto'];
export type RequestSummary = Schemas['RequestSummaryDto'];
export type RequestList = Schemas['RequestListDto'];
export type Progress = Schemas['ProgressDto'];
export type Product = Schemas['ProductDto'];
export type Image = Schemas['ImageDto'];
export type Delivery = Schemas['DeliveryDto'];
export type DeliveryList = Schemas['DeliveryListDto'];
export type ReceivedWebhook = Schemas['ReceivedWebhookDto'];
export type ReceivedWebhooks = Schemas['ReceivedWebhooksDto'];
export type UploadAccepted = Schemas['UploadAcceptedDto'];
export type UploadChecked = Schemas['UploadCheckedDto'] & CheckedFile;
export type PreviewRow = Schemas['PreviewRowDto'];
export type Statistics = Schemas['RequestStatisticsDto'];
export type FailureCause = Schemas['FailureCauseDto'];
export type FailureExample = Schemas['FailureExampleDto'];
export type Correction = Schemas['CorrectionDto'];
export type CorrectionAnswer = Schemas['CorrectionAnswerDto'];
export type Totals = Schemas['TotalsDto'];
export type AccessToken = Schemas['AccessTokenDto'];
export type Setup = Schemas['SetupDto'];

/** RFC 9457; `errors` and `error_count` when a CSV was refused. */
export type Problem = Schemas['ProblemDto'] & {
  errors?: CsvProblem[];
  error_count?: number;
};

export interface CsvProblem {
  row: number | null;
  line: number;
  column: string | null;
  code: string;
  message: string;
  value: string | null;
}

/** What a column is imported as. */
export type ColumnRole = 'image' | 'product_name' | 'serial_number';

export interface CatalogColumn {
  name: string;
  /** Null: not imported. */
  role: ColumnRole | null;
  /** Cells of the first rows, blank ones left out. */
  samples: string[];
  contains_urls: boolean;
}

/** What the dry run reads from the sampled images. */
export interface Estimate {
  images_sampled: number;
  dead_links: number;
  bytes_saved_percent: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  duration_seconds: number | null;
}

/** How the file was read. */
export interface CheckedFile {
  format: 'csv' | 'xlsx' | 'xml';
  platform: string;
  platform_title: string;
  encoding: string;
  delimiter: string | null;
  /** From 1; null: none. */
  header_row: number | null;
  sheet: string | null;
  sheets: string[];
  header: CatalogColumn[];
  problems: { count: number; listed: CsvProblem[]; by_code: Record<string, number> };
  estimate: Estimate | null;
}
