import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { PauseKind } from './dispatch-pause.entity.js';

export type OperatorActionName = 'pause' | 'resume';

/** One entry in the audit log of operator actions. Rows are never updated. */
@Entity('operator_actions')
export class OperatorAction {
  /** A string, because the column is a bigint. */
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  id!: string;

  @Column('timestamptz', { default: () => 'now()' })
  at!: Date;

  /** Name of the admin key. */
  @Column('text')
  operator!: string;

  @Column('text')
  action!: OperatorActionName;

  @Column('text')
  kind!: PauseKind;

  @Column('text')
  name!: string;

  @Column('text')
  reason!: string;
}
