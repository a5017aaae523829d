import type { Figure } from '../support/figures.js';
import type { Stage } from '../support/stage.js';
import { again } from './again.js';
import { exportCsv } from './export.js';
import { fairness } from './fairness.js';
import { flaskAncestor } from './flask-ancestor.js';
import { ingest } from './ingest.js';
import { qualityForBytes } from './quality-for-bytes.js';
import { scaleOut } from './scale-out.js';
import { score } from './score.js';
import { statusUnderLoad } from './status-under-load.js';
import { thumbnails, throughput } from './throughput.js';

export const FIGURES: Record<string, (stage: Stage) => Promise<Figure[]>> = {
  throughput,
  thumbnails,
  score,
  'flask-ancestor': flaskAncestor,
  ingest,
  export: exportCsv,
  'status-under-load': statusUnderLoad,
  fairness,
  again,
  'scale-out': scaleOut,
  'quality-for-bytes': qualityForBytes,
};
