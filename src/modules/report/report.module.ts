import { Module } from '@nestjs/common';
import { DuplicateFinder } from './duplicate-finder.js';
import { ReportController } from './report.controller.js';
import { ReportService } from './report.service.js';

@Module({ controllers: [ReportController], providers: [DuplicateFinder, ReportService] })
export class ReportModule {}
