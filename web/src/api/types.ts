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
export type UploadChecked = Schemas['UploadCheckedDto'];
export type PreviewRow = Schemas['PreviewRowDto'];
export type Statistics = Schemas['RequestStatisticsDto'];
export type FailureCause = Schemas['FailureCauseDto'];
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
