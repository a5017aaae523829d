import { FairPlaces } from '../../common/fair-places.js';
import { TooManyUploadsError } from '../upload-errors.js';

/**
 * Each upload holds a database connection for as long as its client sends. Half of the connections
 * at most go to uploads, so that slow clients can't keep the rest of the app from the database.
 */
export class UploadSlots {
  private readonly places: FairPlaces;

  constructor(
    size: number,
    owners: number,
    private readonly patienceMs = 10_000,
  ) {
    this.places = new FairPlaces(size, owners);
  }

  /**
   * @returns gives the slot back; may be called twice
   * @throws TooManyUploadsError
   */
  async take(owner: string): Promise<() => void> {
    const patience = AbortSignal.timeout(this.patienceMs);
    return this.places.enter(owner, patience).catch(() => {
      throw new TooManyUploadsError();
    });
  }
}
