import type { Links } from '../../platform/http/links.js';
import type { ProductPage } from '../../platform/database/repositories/products.js';
import { encodePageStart } from './cursor.js';
import { computeETag } from './entity-tag.js';
import { type PageNames, ProductDto } from './product.dto.js';
import type { RequestSummaryDto } from './request-summary.dto.js';

/** Serializes `StatusDto` as JSON, one product at a time, to limit memory use. */
export class StatusResponse {
  constructor(
    private readonly summary: RequestSummaryDto,
    private readonly page: ProductPage,
    private readonly names: PageNames,
    private readonly links: Links,
  ) {}

  computeETag(): string {
    return computeETag(this.summary, this.writePageJsonChunks());
  }

  *writeJsonChunks(): Generator<string> {
    yield `${JSON.stringify(this.summary).slice(0, -1)},`;
    yield* this.writePageJsonChunks();
    yield '}';
  }

  private *writePageJsonChunks(): Generator<string> {
    yield '"products":[';
    for (const [index, product] of this.page.products.entries()) {
      const json = JSON.stringify(ProductDto.from(product, this.names, this.links));
      yield index === 0 ? json : `,${json}`;
    }
    const { next } = this.page;
    yield `],"next_cursor":${JSON.stringify(next && encodePageStart(next))}`;
  }
}
