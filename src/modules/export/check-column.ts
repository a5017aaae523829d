import type { DetailColumn } from '../../platform/catalog/write/detail-columns.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { describeAudit } from '../../platform/presets/describe-audit.js';
import { PRESETS } from '../../platform/presets/index.js';

/** The column `<Preset> check` in the output of an audited request. */
export interface CheckColumn {
  column: DetailColumn;
  /** Formats the entry of an image: `pass`, the reasons for failure, or an empty string without an audit. */
  formatEntry: (audit: string) => string;
}

export function createCheckColumn({
  preset,
  audit,
}: Pick<ProcessingRequest, 'preset' | 'audit'>): CheckColumn | undefined {
  if (preset === null || audit === null) return undefined;
  const presetDefinition = PRESETS[preset];
  return {
    column: { name: `${presetDefinition.name} check`, separator: ' | ', isOptional: false },
    formatEntry: (storedAudit) => {
      if (storedAudit === '') return '';
      return describeAudit(presetDefinition, storedAudit === '-' ? '' : storedAudit);
    },
  };
}
