/** What the largest machine of the trace has, by which scores are brought to 0…1: 128 cores and 8 cards. */
export const MOST_CPU = 128_000
export const MOST_GPU = 8000
