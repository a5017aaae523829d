import { benchmarkAutomaticQuality } from './automatic-quality.js';
import type { Measurement } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { benchmarkUnchangedCatalog } from './unchanged-catalog.js';
import { benchmarkCatalogOfOutputs } from './catalog-of-outputs.js';
import { benchmarkCellTime } from './cell-time.js';
import { benchmarkCostPerImage } from './cost-per-image.js';
import { benchmarkDispatch } from './dispatch.js';
import { benchmarkExport } from './export.js';
import { benchmarkFairness } from './fairness.js';
import { benchmarkFlaskBaseline } from './flask-baseline.js';
import { benchmarkIngest, benchmarkShopifyIngest } from './ingest.js';
import { benchmarkMixedVersions } from './mixed-versions.js';
import { benchmarkObservability } from './observability.js';
import { benchmarkWebPage } from './web-page.js';
import { benchmarkRateDistortion } from './rate-distortion.js';
import { benchmarkScaleOut } from './scale-out.js';
import { benchmarkScore } from './score.js';
import { benchmarkSeveralOutputs } from './several-outputs.js';
import { benchmarkSoak } from './soak.js';
import { benchmarkStatus } from './status-under-load.js';
import { benchmarkThreeProcesses } from './three-processes.js';
import { benchmarkThumbnails, benchmarkThroughput } from './throughput.js';

type Benchmark = (environment: BenchEnvironment) => Promise<Measurement[]>;

export const BENCHMARKS: Record<string, Benchmark> = {
  throughput: benchmarkThroughput,
  thumbnails: benchmarkThumbnails,
  score: benchmarkScore,
  'automatic-quality': benchmarkAutomaticQuality,
  'flask-baseline': benchmarkFlaskBaseline,
  ingest: benchmarkIngest,
  'ingest-shopify': benchmarkShopifyIngest,
  export: benchmarkExport,
  'status-under-load': benchmarkStatus,
  fairness: benchmarkFairness,
  'unchanged-catalog': benchmarkUnchangedCatalog,
  'catalog-of-outputs': benchmarkCatalogOfOutputs,
  'several-outputs': benchmarkSeveralOutputs,
  'cell-time': benchmarkCellTime,
  'cost-per-image': benchmarkCostPerImage,
  dispatch: benchmarkDispatch,
  'scale-out': benchmarkScaleOut,
  'web-page': benchmarkWebPage,
  'rate-distortion': benchmarkRateDistortion,
};

/** Benchmarks that require other programs or take a long time. They run only if the command line names them. */
export const INSTALLATION_BENCHMARKS: Record<string, Benchmark> = {
  'three-processes': benchmarkThreeProcesses,
  soak: benchmarkSoak,
  'mixed-versions': benchmarkMixedVersions,
  observability: benchmarkObservability,
};
