import type { Links } from '../../platform/http/links.js';
import type { ProductPage } from '../../platform/database/repositories/products.js';
import { encodePageStart } from './cursor.js';
import { entityTag } from './entity-tag.js';
import { type PageNames, ProductDto } from './product.dto.js';
import type { RequestSummaryDto } from './request-summary.dto.js';

/** Serializes `StatusDto` as JSON, one product at a time, which bounds memory. */
export class StatusResponse {
  constructor(
    private readonly summary: RequestSummaryDto,
    private readonly page: ProductPage,
    private readonly names: PageNames,
    private readonly links: Links,
  ) {}

  entityTag(): string {
    return entityTag(this.summary, this.pageJsonChunks());
  }

  *jsonChunks(): Generator<string> {
    yield `${JSON.stringify(this.summary).slice(0, -1)},`;
    yield* this.pageJsonChunks();
    yield '}';
  }

  private *pageJsonChunks(): Generator<string> {
    yield '"products":[';
    for (const [i, product] of this.page.products.entries()) {
      const jsonChunks = JSON.stringify(ProductDto.from(product, this.names, this.links));
      yield i === 0 ? jsonChunks : `,${jsonChunks}`;
    }
    const { next } = this.page;
    yield `],"next_cursor":${JSON.stringify(next && encodePageStart(next))}`;
  }
}
