import { createBullBoard } from '@bull-board/api';
import { BullAdapter } from '@bull-board/api/bullAdapter';
import type { AppViewRoute } from '@bull-board/api/typings/app';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bull';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Links to web fonts on another server. Without them, the browser uses local fonts. */
const REMOTE_STYLESHEET_LINKS = /<link href="https:[^">]*" rel="stylesheet">/g;

/** Renders the Bull Board page without resources from other servers. */
class LocalAdapter extends ExpressAdapter {
  override setEntryRoute(entry: AppViewRoute): this {
    this.app[entry.method](
      entry.route,
      (_request: Request, response: Response, next: NextFunction) => {
        const { name, params } = entry.handler({
          basePath: this.basePath,
          uiConfig: this.uiConfig,
        });
        response.render(name, params, (error: Error | null, html = '') => {
          if (error) next(error);
          else response.send(html.replaceAll(REMOTE_STYLESHEET_LINKS, ''));
        });
      },
    );
    return this;
  }
}

/** Creates the handler for the Bull Board pages. @param path path at which the pages are served */
export function createBoard(queues: Queue[], path: string): RequestHandler {
  const adapter = new LocalAdapter().setBasePath(path);
  createBullBoard({
    queues: queues.map((queue) => new BullAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Pressroom queues' } },
  });
  return adapter.getRouter() as RequestHandler;
}
