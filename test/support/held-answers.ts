import { file } from './origin-behaviors.js';
import { type Behavior } from './origin-server.js';

/** Answers the allowed number of requests in their order. Holds all others. */
export class HeldAnswers {
  private allowed = 0;
  private answered = 0;
  private readonly waiting: (() => void)[] = [];

  behavior(body: Buffer): Behavior {
    return (request, response) => {
      this.waiting.push(() => file(body)(request, response));
      this.answerAllowed();
    };
  }

  allow(total: number): void {
    this.allowed = total;
    this.answerAllowed();
  }

  private answerAllowed(): void {
    while (this.answered < this.allowed && this.waiting.length > 0) {
      this.answered += 1;
      this.waiting.shift()!();
    }
  }
}
