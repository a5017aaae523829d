/** Options of an upload. Each kind results in different columns, counters and statements. */
export interface UploadKind {
  /** Form fields in addition to the file and the webhook. */
  fields: Readonly<Record<string, string>>;
  /** Columns with the URLs of the outputs, in order. */
  columns: readonly string[];
  /** False if only sources are audited. The columns then contain no URLs. */
  hasFiles: boolean;
  /** Name of the column with the srcset values. */
  srcsetColumn?: string;
  /** Name of the audit column. */
  checkColumn?: string;
}

const OUTPUTS = [
  { name: 'wide', format: 'webp', width: 40 },
  { name: 'narrow', format: 'webp', width: 20 },
  { name: 'whole', quality: 80 },
];
const outputs = JSON.stringify(OUTPUTS);
const columns = OUTPUTS.map(({ name }) => `Output ${name}`);

/** One output without a name. */
export const PLAIN: UploadKind = { fields: {}, columns: ['Output Image Urls'], hasFiles: true };

/** Several outputs, all of them audited. */
export const AUDITED_OUTPUTS: UploadKind = {
  fields: { outputs, preset: 'google', audit: 'true' },
  columns,
  hasFiles: true,
  checkColumn: 'Google check',
};

/** All kinds, in the order in which uploads during a fault use them. */
export const UPLOAD_KINDS: readonly UploadKind[] = [
  AUDITED_OUTPUTS,
  {
    fields: { preset: 'google', audit_only: 'true' },
    columns: PLAIN.columns,
    hasFiles: false,
    checkColumn: 'Google check',
  },
  PLAIN,
  { fields: { outputs, srcset: 'true' }, columns, hasFiles: true, srcsetColumn: 'Output srcset' },
  {
    fields: { preset: 'etsy', audit: 'true' },
    columns: ['Output etsy'],
    hasFiles: true,
    checkColumn: 'Etsy check',
  },
];
