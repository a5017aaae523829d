/** The first tasks of a group advance its tag more slowly, so a small group finishes early. */
const FIRST_TASK_COUNT = 16;
const FIRST_TASK_STEP = 1 / 4;
/** Minimum number of groups before past groups are evicted. */
const MIN_GROUPS_TO_EVICT = 1000;

interface Turn {
  tag: number;
  /** Number of remaining tasks that advance the tag slowly. */
  remainingFirstTasks: number;
}

/**
 * Start-time fair queueing (Goyal, Vin, Cheng 1996) over groups of tasks: each task gets a tag, and the
 * task with the lowest tag goes first. The tasks of a group get increasing tags. A group without waiting
 * tasks starts at the current tag, ahead of the waiting tasks of a large group. Four of its first sixteen
 * tasks start for each task of another group. After those sixteen tasks, all groups have the same share.
 *
 * Groups of one owner that start at the same tag take turns as if they were one group. Hundreds of small
 * groups of one owner therefore do not go ahead of a group that another owner adds later.
 *
 * This class orders the queue within one process. `fair-batch.ts` in src/platform/database/statements
 * selects the images that enter the queue, taking turns by owner and request.
 *
 * @example
 * const order = new FairOrder();
 * const tag = order.nextTag(requestId, owner); // when the task is queued
 * order.recordStart(tag); // when a worker starts the task
 */
export class FairOrder {
  private highestStartedTag = 1;
  private readonly turns = new Map<string, Turn>();
  /** The lowest tag for a new group of each owner. */
  private readonly startTagByOwner = new Map<string, number>();
  private evictionSize = MIN_GROUPS_TO_EVICT;

  /** The highest tag of a started task. */
  get currentTag(): number {
    return this.highestStartedTag;
  }

  /**
   * Returns the tag of the next task of a group, an integer from 1.
   * @param owner groups of one owner share a start tag
   */
  nextTag(group: string, owner: string): number {
    const turn = this.turns.get(group);
    const isNew = turn === undefined || turn.tag < this.highestStartedTag;
    const { tag, remainingFirstTasks } = isNew ? this.createTurn(owner) : turn;
    const nextTag = tag + (remainingFirstTasks > 0 ? FIRST_TASK_STEP : 1);
    this.turns.set(group, {
      tag: nextTag,
      remainingFirstTasks: Math.max(0, remainingFirstTasks - 1),
    });
    return Math.floor(tag);
  }

  /** Records that a worker has started a task with this tag. */
  recordStart(tag: number): void {
    this.highestStartedTag = Math.max(this.highestStartedTag, tag);
  }

  /** Starts over at tag 1. Call it when no task is waiting. */
  reset(): void {
    this.highestStartedTag = 1;
    this.turns.clear();
    this.startTagByOwner.clear();
  }

  private createTurn(owner: string): Turn {
    if (this.turns.size >= this.evictionSize) this.evictPastGroups();
    const tag = Math.max(this.highestStartedTag, this.startTagByOwner.get(owner) ?? 0);
    this.startTagByOwner.set(owner, tag + FIRST_TASK_STEP);
    return { tag, remainingFirstTasks: FIRST_TASK_COUNT };
  }

  /** Evicts groups and owners that would start at the current tag anyway. */
  private evictPastGroups(): void {
    for (const [group, { tag }] of this.turns)
      if (tag < this.highestStartedTag) this.turns.delete(group);
    for (const [owner, tag] of this.startTagByOwner)
      if (tag <= this.highestStartedTag) this.startTagByOwner.delete(owner);
    this.evictionSize = Math.max(MIN_GROUPS_TO_EVICT, this.turns.size * 2);
  }
}
