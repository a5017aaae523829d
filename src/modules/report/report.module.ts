import { Module } from '@nestjs/common';
import { Duplicates } from './duplicates.js';
import { ReportController } from './report.controller.js';
import { ReportService } from './report.service.js';

@Module({ controllers: [ReportController], providers: [Duplicates, ReportService] })
export class ReportModule {}
