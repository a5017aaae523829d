/** The first images of a request count less, so that a small request is done before a user waits for it. */
const FIRST_IMAGES = 16;
const FIRST_IMAGES_STEP = 1 / 4;

interface Turn {
  at: number;
  /** How many of the next images still count less. */
  firstImagesLeft: number;
}

/**
 * Start-time fair queueing (Goyal, Vin, Cheng 1996) over requests: each image gets a tag, and the lower
 * tag goes first. The images of a request are numbered one after the other. A request that had nothing
 * waiting starts at the tag that workers have reached, so a small request goes ahead of the images that
 * a large one has waiting. Of its first sixteen images, four go for one of each other request. From
 * then on all requests have the same share.
 *
 * Requests of one owner that start at the same tag take turns as if they were one request: hundreds of
 * small requests of one owner do not go ahead of a request that another owner adds later.
 */
export class FairOrder {
  private current = 1;
  private readonly turns = new Map<string, Turn>();
  /** The earliest tag for a request of this owner that starts now. */
  private readonly starts = new Map<string, number>();

  /**
   * Returns the tag of the next image of this request, an integer from 1.
   * @param owner name of the API key that uploaded the request
   */
  nextTag(requestId: string, owner: string): number {
    const known = this.turns.get(requestId);
    const isNew = known === undefined || known.at < this.current;
    const { at, firstImagesLeft } = isNew ? this.newTurn(owner) : known;
    const isFirst = firstImagesLeft > 0;
    const next = at + (isFirst ? FIRST_IMAGES_STEP : 1);
    this.turns.set(requestId, { at: next, firstImagesLeft: Math.max(0, firstImagesLeft - 1) });
    return Math.floor(at);
  }

  /** A worker has started an image with this tag. */
  recordStart(tag: number): void {
    this.current = Math.max(this.current, tag);
  }

  /** Nothing waits: start over, so that tags stay small and ended requests are forgotten. */
  reset(): void {
    this.current = 1;
    this.turns.clear();
    this.starts.clear();
  }

  private newTurn(owner: string): Turn {
    const at = Math.max(this.current, this.starts.get(owner) ?? 0);
    this.starts.set(owner, at + FIRST_IMAGES_STEP);
    return { at, firstImagesLeft: FIRST_IMAGES };
  }
}
