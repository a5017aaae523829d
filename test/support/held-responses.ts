import { serveFile } from './origin-behaviors.js';
import { type Behavior } from './origin-server.js';

/** Responds to the allowed number of requests in order of arrival. Holds the responses to all other requests. */
export class HeldResponses {
  private allowedCount = 0;
  private sentCount = 0;
  private readonly waitingResponses: (() => void)[] = [];

  behavior(body: Buffer): Behavior {
    return (request, response) => {
      this.waitingResponses.push(() => serveFile(body)(request, response));
      this.sendAllowed();
    };
  }

  allowResponses(total: number): void {
    this.allowedCount = total;
    this.sendAllowed();
  }

  private sendAllowed(): void {
    while (this.sentCount < this.allowedCount && this.waitingResponses.length > 0) {
      this.sentCount += 1;
      this.waitingResponses.shift()!();
    }
  }
}
