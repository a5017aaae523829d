import { Module } from '@nestjs/common';
import { Compressor } from './compressor.js';

/** The decoder processes, shared by all that compress or preview images. */
@Module({ providers: [Compressor], exports: [Compressor] })
export class CompressionModule {}
