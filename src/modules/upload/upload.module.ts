import { Module } from '@nestjs/common';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { UploadReceiver } from './upload-receiver.js';
import { UploadController } from './upload.controller.js';
import { WebhookChoice } from './webhook-choice.js';

@Module({
  imports: [HttpClientModule],
  controllers: [UploadController],
  providers: [UploadReceiver, WebhookChoice],
})
export class UploadModule {}
