import { Module } from '@nestjs/common';
import { Compressor } from './compressor.js';

/** The decoder processes, shared by compression and previews. */
@Module({ providers: [Compressor], exports: [Compressor] })
export class CompressionModule {}
