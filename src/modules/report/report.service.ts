import { Injectable } from '@nestjs/common';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { ReportsRepository } from '../../platform/database/repositories/reports.js';
import { RequestAuditsRepository } from '../../platform/database/repositories/request-audits.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { PASSED_REASON } from '../../platform/database/statements/count-audits.js';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import { AUDIT_REASON_CODES } from '../../platform/presets/audit-reason.js';
import { describeRequirement } from '../../platform/presets/describe-audit.js';
import { PRESETS } from '../../platform/presets/index.js';
import { DuplicateFinder } from './duplicate-finder.js';
import { CachedResults } from './cached-results.js';
import {
  type OriginProblemDto,
  type ReportAuditDto,
  type ReportDto,
  type ReportDuplicatesDto,
  ReportImageDto,
  type ReportSavingsDto,
} from './report.dto.js';

const MAX_LARGEST_SAVINGS = 10;
const MAX_PROBLEMS = 30;
/** Throughput of the "Fast 4G" profile in Chrome DevTools. */
const BYTES_PER_SECOND_4G = 9_000_000 / 8;
const MAX_CACHED_REPORTS = 50;
/** Cache time for the findings of an unfinished request. */
const UNFINISHED_TTL_MS = 10_000;

/** Findings that require queries over all images of a request. */
interface ImageFindings {
  largest: ReportImageDto[];
  problems: OriginProblemDto[];
  duplicates: ReportDuplicatesDto;
}

/** Creates the reports on requests. */
@Injectable()
export class ReportService {
  private readonly findings = new CachedResults<ImageFindings>(MAX_CACHED_REPORTS);

  constructor(
    private readonly requests: RequestsRepository,
    private readonly reports: ReportsRepository,
    private readonly audits: RequestAuditsRepository,
    private readonly duplicateFinder: DuplicateFinder,
  ) {}

  /**
   * Creates the report on a request. The findings for an ended request are cached, because they do not change.
   * @throws RequestNotFoundError
   */
  async createReport(id: string): Promise<ReportDto> {
    const request = await this.requests.findRequest(id);
    if (!request) throw new RequestNotFoundError();
    const { status, completedAt } = request;
    const [audit, { largest, problems, duplicates }] = await Promise.all([
      this.summarizeAudit(request),
      this.findings.getOrCompute(
        `${id} ${completedAt === null ? 'open' : `${status} ${completedAt.getTime()}`}`,
        completedAt === null ? UNFINISHED_TTL_MS : Infinity,
        () => this.gatherFindings(id),
      ),
    ]);
    return {
      request_id: id,
      status: request.status,
      filename: request.filename,
      created_at: request.createdAt.toISOString(),
      completed_at: request.completedAt?.toISOString() ?? null,
      products: request.products,
      images: request.imagesTotal,
      completed: request.imagesCompleted,
      failed: request.imagesFailed,
      savings: { ...computeSavings(request), largest },
      audit,
      duplicates,
      problems,
    };
  }

  /** Runs the queries sequentially, because a large request would otherwise occupy several connections. */
  private async gatherFindings(id: string): Promise<ImageFindings> {
    const largestSavings = await this.reports.listLargestSavings(id, MAX_LARGEST_SAVINGS);
    const problems = await this.reports.countProblemsByOrigin(id, MAX_PROBLEMS);
    const duplicates = await this.duplicateFinder.findDuplicates(id);
    return {
      largest: largestSavings.map((image) => ReportImageDto.from(image)),
      problems,
      duplicates,
    };
  }

  private async summarizeAudit({
    id,
    preset,
    audit,
    imagesCompleted,
  }: ProcessingRequest): Promise<ReportAuditDto | null> {
    if (preset === null || audit === null) return null;
    const counts = await this.audits.countByReason(id);
    const countImagesWithReason = (reason: string) =>
      counts.find((count) => count.reason === reason)?.images ?? 0;
    const passedCount = countImagesWithReason(PASSED_REASON);
    return {
      preset: PRESETS[preset].name,
      passed: passedCount,
      failed: Math.max(0, imagesCompleted - passedCount),
      reasons: AUDIT_REASON_CODES.map((code) => ({
        code,
        message: describeRequirement(PRESETS[preset], code),
        images: countImagesWithReason(code),
      }))
        .filter(({ images }) => images > 0)
        .toSorted((a, b) => b.images - a.images),
    };
  }
}

function computeSavings({
  bytesIn,
  bytesOut,
  imagesCompleted,
}: ProcessingRequest): Omit<ReportSavingsDto, 'largest'> {
  const [bytes_in, bytes_out] = [Number(bytesIn), Number(bytesOut)];
  const bytes_saved = bytes_in - bytes_out;
  const seconds = bytes_saved / BYTES_PER_SECOND_4G;
  return {
    bytes_in,
    bytes_out,
    bytes_saved,
    percent: bytes_in > 0 ? roundTo((bytes_saved / bytes_in) * 100, 1) : 0,
    seconds_saved_4g: roundTo(seconds, 1),
    seconds_saved_4g_per_image: imagesCompleted > 0 ? roundTo(seconds / imagesCompleted, 3) : 0,
  };
}

const roundTo = (value: number, digits: number): number => Number(value.toFixed(digits));
