import { AnswersWithoutSecrets1795400400000 } from './1795400400000-answers-without-secrets.js';
import { Sources1795170000000 } from './1795170000000-sources.js';
import { Retries1795300000000 } from './1795300000000-retries.js';
import { DueRequests1795400500000 } from './1795400500000-due-requests.js';
import { Access1795166406000 } from './1795166406000-access.js';
import { ArtifactChecksums1795400200000 } from './1795400200000-artifact-checksums.js';
import { Operator1795517644000 } from './1795517644000-operator.js';
import { InputHosts1796520000000 } from './1796520000000-input-hosts.js';
import { HostsOfOpenImages1796630000000 } from './1796630000000-hosts-of-open-images.js';
import { Initial1795160000000 } from './1795160000000-initial.js';
import { ImageOutputs1796510000000 } from './1796510000000-image-outputs.js';
import { FileNames1796610000000 } from './1796610000000-file-names.js';
import { Presets1796560000000 } from './1796560000000-presets.js';
import { StorageUsage1796420000000 } from './1796420000000-storage-usage.js';
import { ProductFiles1795500000000 } from './1795500000000-product-files.js';
import { Traceparent1795517643000 } from './1795517643000-traceparent.js';
import { RequestLifecycle1795165276375 } from './1795165276375-request-lifecycle.js';
import { TaskLeases1795641000000 } from './1795641000000-task-leases.js';

/** Migrations in the order of execution. An explicit list works in dist, the CLI and the tests. */
export const migrations = [
  Initial1795160000000,
  RequestLifecycle1795165276375,
  Access1795166406000,
  Sources1795170000000,
  Retries1795300000000,
  ArtifactChecksums1795400200000,
  AnswersWithoutSecrets1795400400000,
  DueRequests1795400500000,
  ProductFiles1795500000000,
  Traceparent1795517643000,
  Operator1795517644000,
  TaskLeases1795641000000,
  StorageUsage1796420000000,
  ImageOutputs1796510000000,
  InputHosts1796520000000,
  Presets1796560000000,
  FileNames1796610000000,
  HostsOfOpenImages1796630000000,
];
