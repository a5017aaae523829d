import type { Figure } from '../support/figures.js';
import type { Stage } from '../support/stage.js';
import { again } from './again.js';
import { cellTime } from './cell-time.js';
import { exportCsv } from './export.js';
import { fairness } from './fairness.js';
import { flaskAncestor } from './flask-ancestor.js';
import { ingest, ingestShopify } from './ingest.js';
import { page } from './page.js';
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
  'ingest-shopify': ingestShopify,
  export: exportCsv,
  'status-under-load': statusUnderLoad,
  fairness,
  again,
  'cell-time': cellTime,
  'scale-out': scaleOut,
  page,
  'quality-for-bytes': qualityForBytes,
};
