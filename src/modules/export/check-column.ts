import type { DetailColumn } from '../../platform/catalog/write/detail-columns.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { describeAudit } from '../../platform/presets/describe-audit.js';
import { PRESETS } from '../../platform/presets/index.js';

/** The column `<Preset> check` of an audited request. */
export interface CheckColumn {
  column: DetailColumn;
  /** Returns the entry of an image: `pass`, the reasons in words, or nothing if it was not audited. */
  textOf: (audit: string) => string;
}

export function createCheckColumn({
  preset,
  audit,
}: Pick<ProcessingRequest, 'preset' | 'audit'>): CheckColumn | undefined {
  if (preset === null || audit === null) return undefined;
  const checked = PRESETS[preset];
  return {
    column: { name: `${checked.name} check`, separator: ' | ', isOptional: false },
    textOf: (stored) => {
      if (stored === '') return '';
      return describeAudit(checked, stored === '-' ? '' : stored);
    },
  };
}
