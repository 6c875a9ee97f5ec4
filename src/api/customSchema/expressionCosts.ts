/** What the rules of a schema may cost by estimate. Mirrors TotalCost of pkg/apis/apiextensions/validation upstream. */
import { limited } from '../cel/sizes.ts'
import { rounded } from '../cel/stringFormat.ts'
import { type FieldError, forbidden } from '../fieldErrors.ts'

/** Of one expression, however often it is asked, and of all of a schema. */
const EXPRESSION_LIMIT = 10_000_000
const SCHEMA_LIMIT = 100_000_000
/** So many are named that contribute to what is too much, if each is a hundredth of what all may cost. */
const NAMED = 4
const ADVICE =
  'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared'

export class EstimatedCosts {
  private total = 0
  private readonly large: { readonly at: string; readonly cost: number }[] = []

  constructor(
    private readonly root: string,
    /** Whether all were there before: then each may cost what it will. */
    private readonly isKept: boolean,
  ) {}

  /** Notes what the expression at a path may cost, and says whether that is too much. */
  add(part: 'rule' | 'messageExpression', path: string, cost: number): readonly FieldError[] {
    const at = `${path}.${part}`
    this.total = limited(this.total + cost)
    if (cost >= SCHEMA_LIMIT / 100) this.large.push({ at, cost })
    if (this.isKept || cost <= EXPRESSION_LIMIT) return []
    return [forbidden(at, exceeding(`estimated ${part} cost`, cost / EXPRESSION_LIMIT))]
  }

  /** What is said of all together. */
  get errors(): readonly FieldError[] {
    if (this.total <= SCHEMA_LIMIT) return []
    const most = this.large.sort((a, b) => b.cost - a.cost).slice(0, NAMED)
    const detail = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema'
    return [
      ...most.map(({ at }) => forbidden(at, detail)),
      forbidden(this.root, exceeding(what, this.total / SCHEMA_LIMIT)),
    ]
  }
}

function exceeding(what: string, factor: number): string {
  const shown = factor > 100 ? 'more than 100' : rounded(factor, factor < 1.5 ? 6 : 1)
  return `${what} exceeds budget by factor of ${shown}x (${ADVICE})`
}
