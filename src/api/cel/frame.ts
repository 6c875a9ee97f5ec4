/** One evaluation of an expression: its variables, and what it has cost so far. */
import type { Patterns } from '../customSchema/patterns.ts'
import { BudgetError, CostError, type Value } from './values.ts'

/** What an evaluation may cost (PerCallLimit), and all of an object's together (RuntimeCELCostBudget), as pkg/apis/cel/config.go has it. */
const CALL_LIMIT = 1_000_000
const OBJECT_BUDGET = 10_000_000

/** What is counted as one, however much there is to go through, ends here, within a second or so. */
const MOST_STEPS = 5_000_000
const CHARACTERS_A_STEP = 32

export class Frame {
  cost = 0
  private steps = 0

  constructor(
    /** The values of variables. */
    readonly slots: Value[],
    /** What was read of texts that are patterns. */
    readonly patterns: Patterns,
  ) {}

  /** Throws CostError. */
  charge(cost: number): void {
    this.cost += cost
    if (this.cost > CALL_LIMIT) throw exceeded()
  }

  /** Refuses what will cost too much before it is done. Throws CostError. */
  mayCost(cost: number): void {
    if (this.cost + cost > CALL_LIMIT) this.charge(cost)
  }

  /** Counts what costs nothing and takes its time all the same. Throws CostError. */
  step(count: number): void {
    this.steps += count
    if (this.steps > MOST_STEPS) throw exceeded()
  }

  /** Texts and bytes are gone through quickly. */
  stepThrough(text: string | readonly number[], times = 1): void {
    this.step((text.length * times) / CHARACTERS_A_STEP)
  }
}

function exceeded(): CostError {
  return new CostError('operation cancelled: actual cost limit exceeded')
}

/** What the rules of an object may still cost. */
export class Budget {
  private left = OBJECT_BUDGET

  /** Whether there is nothing left to ask another rule with. */
  get isSpent(): boolean {
    return this.left <= 0
  }

  /** Whether no rule will be asked any more. */
  get isOver(): boolean {
    return this.left < 0
  }

  end(): void {
    this.left = -1
  }

  /** Throws BudgetError. */
  pay(cost: number): void {
    if (cost > this.left) throw new BudgetError('running out of cost budget')
    this.left -= cost
  }
}
