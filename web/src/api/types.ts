import type { components } from './schema.js';

/** Types of the API, generated from docs/openapi.json (`npm run openapi`). */
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
export type AcceptedUpload = Schemas['UploadAcceptedDto'];
export type UploadCheck = Schemas['UploadCheckedDto'];
export type CatalogColumn = Schemas['HeaderColumnDto'];
/** Import role of a column. */
export type ColumnRole = NonNullable<CatalogColumn['role']>;
export type Estimate = Schemas['EstimateDto'];
export type PreviewRow = Schemas['PreviewRowDto'];
export type Statistics = Schemas['RequestStatisticsDto'];
export type FailureCause = Schemas['FailureCauseDto'];
export type FailureExample = Schemas['FailureExampleDto'];
export type Correction = Schemas['CorrectionDto'];
export type CorrectionResult = Schemas['CorrectionResultDto'];
export type Totals = Schemas['TotalsDto'];
export type AccessToken = Schemas['AccessTokenDto'];
export type ReportToken = Schemas['ReportTokenDto'];
export type Setup = Schemas['SetupDto'];
export type Operator = Schemas['OperatorDto'];
export type OwnerQueueList = Schemas['OwnerQueueListDto'];
export type Origin = Schemas['OriginDto'];
export type OriginList = Schemas['OriginListDto'];
export type WorkerList = Schemas['WorkerListDto'];
export type StuckImageList = Schemas['StuckImageListDto'];
export type WaitingExplanation = Schemas['WaitingDto'];
export type Pause = Schemas['PauseDto'];
export type PauseKind = Pause['kind'];
export type OwnerUsageList = Schemas['OwnerUsageListDto'];
export type OperatorActionList = Schemas['OperatorActionListDto'];

export type Preset = Schemas['PresetDto'];
export type PresetId = Preset['id'];
export type PresetLimits = Schemas['PresetLimitsDto'];
export type PresetList = Schemas['PresetListDto'];
export type PresetOutput = Schemas['PresetOutputDto'];
export type AuditSummary = Schemas['AuditSummaryDto'];

export type FileProblem = Schemas['FileProblemDto'];

/**
 * Problem document (RFC 9457). For a rejected product file, it has `errors` and `error_count`. For rejected
 * options, each error has a `field`.
 */
export type Problem = Schemas['ProblemDto'] & {
  errors?: (FileProblem & { field?: string })[];
  error_count?: number;
  /** Columns of a rejected file. */
  header?: CatalogColumn[];
};
