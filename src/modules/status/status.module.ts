import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { LimitedHosts } from './limited-hosts.js';
import { ProgressWatch } from './progress-watch.js';
import { RepeatedImages } from './repeated-images.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsService } from './statistics.service.js';
import { StatusController } from './status.controller.js';
import { StatusService } from './status.service.js';

@Module({
  controllers: [StatusController, EventsController, StatisticsController],
  providers: [LimitedHosts, RepeatedImages, StatusService, StatisticsService, ProgressWatch],
})
export class StatusModule {}
