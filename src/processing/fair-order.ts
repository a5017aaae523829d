/** What a request begins with counts less: a small one is done before anybody has waited for it. */
const BEGINNING = 16;
const BEGINNING_COUNTS = 1 / 4;

interface Turn {
  at: number;
  /** Images left of its beginning. */
  beginning: number;
}

/**
 * Start-time fair queueing (Goyal, Vin, Cheng 1996) over requests: each image gets a tag, lower goes
 * first. A request's images are numbered one after the other; a request that was silent begins at
 * the tag that is being worked on, so a small one goes ahead of what a large one has waiting, and of
 * the first sixteen there are four to one of the others. From then on all have the same share.
 */
export class FairOrder {
  private current = 1;
  private readonly turns = new Map<string, Turn>();

  /** The tag of the next image of this request; from 1. */
  tag(requestId: string): number {
    const known = this.turns.get(requestId);
    const isNew = known === undefined || known.at < this.current;
    const { at, beginning } = isNew ? { at: this.current, beginning: BEGINNING } : known;
    this.turns.set(
      requestId,
      beginning > 0
        ? { at: at + BEGINNING_COUNTS, beginning: beginning - 1 }
        : { at: at + 1, beginning },
    );
    return Math.floor(at);
  }

  /** Work on an image with this tag has begun. */
  begun(tag: number): void {
    this.current = Math.max(this.current, tag);
  }

  /** Nothing waits: start over, so that tags stay small and ended requests are forgotten. */
  reset(): void {
    this.current = 1;
    this.turns.clear();
  }
}
