import { automaticQuality } from './automatic-quality.js';
import type { Measurement } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { unchangedCatalog } from './unchanged-catalog.js';
import { cellTime } from './cell-time.js';
import { costPerImage } from './cost-per-image.js';
import { dispatch } from './dispatch.js';
import { exportCsv } from './export.js';
import { fairness } from './fairness.js';
import { flaskBaseline } from './flask-baseline.js';
import { ingest, ingestShopify } from './ingest.js';
import { webPage } from './page.js';
import { rateDistortion } from './rate-distortion.js';
import { scaleOut } from './scale-out.js';
import { score } from './score.js';
import { statusUnderLoad } from './status-under-load.js';
import { thumbnails, throughput } from './throughput.js';

export const BENCHMARKS: Record<string, (environment: BenchEnvironment) => Promise<Measurement[]>> =
  {
    throughput,
    thumbnails,
    score,
    'automatic-quality': automaticQuality,
    'flask-ancestor': flaskBaseline,
    ingest,
    'ingest-shopify': ingestShopify,
    export: exportCsv,
    'status-under-load': statusUnderLoad,
    fairness,
    unchangedCatalog,
    'cell-time': cellTime,
    'cost-per-image': costPerImage,
    dispatch,
    'scale-out': scaleOut,
    webPage,
    'quality-for-bytes': rateDistortion,
  };
