import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { ProgressWatch } from './progress-watch.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsService } from './statistics.service.js';
import { StatusController } from './status.controller.js';
import { StatusService } from './status.service.js';

@Module({
  controllers: [StatusController, EventsController, StatisticsController],
  providers: [StatusService, StatisticsService, ProgressWatch],
})
export class StatusModule {}
