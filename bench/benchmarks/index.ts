import { automaticQuality } from './automatic-quality.js';
import type { Measurement } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { unchangedCatalog } from './unchanged-catalog.js';
import { catalogOfOutputs } from './catalog-of-outputs.js';
import { cellTime } from './cell-time.js';
import { costPerImage } from './cost-per-image.js';
import { dispatch } from './dispatch.js';
import { exportCsv } from './export.js';
import { fairness } from './fairness.js';
import { flaskBaseline } from './flask-baseline.js';
import { ingest, ingestShopify } from './ingest.js';
import { mixedVersions } from './mixed-versions.js';
import { observability } from './observability.js';
import { webPage } from './web-page.js';
import { rateDistortion } from './rate-distortion.js';
import { scaleOut } from './scale-out.js';
import { score } from './score.js';
import { severalOutputs } from './several-outputs.js';
import { soak } from './soak.js';
import { statusUnderLoad } from './status-under-load.js';
import { threeProcesses } from './three-processes.js';
import { thumbnails, throughput } from './throughput.js';

type Benchmark = (environment: BenchEnvironment) => Promise<Measurement[]>;

export const BENCHMARKS: Record<string, Benchmark> = {
  throughput,
  thumbnails,
  score,
  'automatic-quality': automaticQuality,
  'flask-baseline': flaskBaseline,
  ingest,
  'ingest-shopify': ingestShopify,
  export: exportCsv,
  'status-under-load': statusUnderLoad,
  fairness,
  'unchanged-catalog': unchangedCatalog,
  'catalog-of-outputs': catalogOfOutputs,
  'several-outputs': severalOutputs,
  'cell-time': cellTime,
  'cost-per-image': costPerImage,
  dispatch,
  'scale-out': scaleOut,
  'web-page': webPage,
  'rate-distortion': rateDistortion,
};

/** Benchmarks that need other programs or take long. They only run when named. */
export const INSTALLATION_BENCHMARKS: Record<string, Benchmark> = {
  'three-processes': threeProcesses,
  soak,
  'mixed-versions': mixedVersions,
  observability,
};
