/** The first tasks of a group advance its tag more slowly. A small group is done before a user waits for it. */
const FIRST_TASKS = 16;
const FIRST_TASKS_STEP = 1 / 4;
/** Minimum number of known groups before past groups are forgotten. */
const MIN_FORGET_SIZE = 1000;

interface Turn {
  at: number;
  /** Number of next tasks that still advance the tag slowly. */
  firstTasksLeft: number;
}

/**
 * Start-time fair queueing (Goyal, Vin, Cheng 1996) over groups of tasks: each task gets a tag, and the
 * lower tag goes first. The tasks of a group get increasing tags. A group without waiting tasks starts at
 * the current tag, ahead of the waiting tasks of a large group. Of its first sixteen tasks, four go for one
 * of each other group. After them all groups have the same share.
 *
 * Groups of one owner that start at the same tag take turns as if they were one group. Hundreds of small
 * groups of one owner therefore do not go ahead of a group that another owner adds later.
 *
 * Orders the queue of this process. `fair-batch.ts` in src/platform/database/statements selects the images that
 * enter the queue, in turn by owner and request.
 *
 * @example
 * const order = new FairOrder();
 * const tag = order.nextTag(requestId, owner); // when the task is queued
 * order.recordStart(tag); // when a worker starts the task
 */
export class FairOrder {
  private current = 1;
  private readonly turns = new Map<string, Turn>();
  /** The lowest tag for a group of this owner that starts now. */
  private readonly starts = new Map<string, number>();
  private forgetSize = MIN_FORGET_SIZE;

  /** The highest tag of a started task. */
  get currentTag(): number {
    return this.current;
  }

  /**
   * Returns the tag of the next task of a group, an integer from 1.
   * @param owner groups of one owner share their start
   */
  nextTag(group: string, owner: string): number {
    const known = this.turns.get(group);
    const isNew = known === undefined || known.at < this.current;
    const { at, firstTasksLeft } = isNew ? this.newTurn(owner) : known;
    const next = at + (firstTasksLeft > 0 ? FIRST_TASKS_STEP : 1);
    this.turns.set(group, { at: next, firstTasksLeft: Math.max(0, firstTasksLeft - 1) });
    return Math.floor(at);
  }

  /** Records that a worker has started a task with this tag. */
  recordStart(tag: number): void {
    this.current = Math.max(this.current, tag);
  }

  /** Starts over at tag 1. Call it when no task waits. */
  reset(): void {
    this.current = 1;
    this.turns.clear();
    this.starts.clear();
  }

  private newTurn(owner: string): Turn {
    if (this.turns.size >= this.forgetSize) this.forgetPast();
    const at = Math.max(this.current, this.starts.get(owner) ?? 0);
    this.starts.set(owner, at + FIRST_TASKS_STEP);
    return { at, firstTasksLeft: FIRST_TASKS };
  }

  /** Forgets groups and owners that would start at the current tag in any case. */
  private forgetPast(): void {
    for (const [group, { at }] of this.turns) if (at < this.current) this.turns.delete(group);
    for (const [owner, at] of this.starts) if (at <= this.current) this.starts.delete(owner);
    this.forgetSize = Math.max(MIN_FORGET_SIZE, this.turns.size * 2);
  }
}
