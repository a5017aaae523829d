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
export type CatalogColumn = Schemas['HeaderColumnDto'];
/** What a column is imported as. */
export type ColumnRole = NonNullable<CatalogColumn['role']>;
export type Estimate = Schemas['EstimateDto'];
export type PreviewRow = Schemas['PreviewRowDto'];
export type Statistics = Schemas['RequestStatisticsDto'];
export type FailureCause = Schemas['FailureCauseDto'];
export type FailureExample = Schemas['FailureExampleDto'];
export type Correction = Schemas['CorrectionDto'];
export type CorrectionAnswer = Schemas['CorrectionAnswerDto'];
export type Totals = Schemas['TotalsDto'];
export type AccessToken = Schemas['AccessTokenDto'];
export type Setup = Schemas['SetupDto'];

export type CsvProblem = Schemas['FileProblemDto'];

/** RFC 9457; `errors` and `error_count` when a CSV was refused. */
export type Problem = Schemas['ProblemDto'] & {
  errors?: CsvProblem[];
  error_count?: number;
  /** Of a refused file: its columns. */
  header?: CatalogColumn[];
};
