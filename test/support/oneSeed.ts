// Set up with WAVETANK_SEED=n: every property without a seed of its own draws its cases from this one.
import fc from 'fast-check'

const seed = Number(process.env['WAVETANK_SEED'])
if (!Number.isInteger(seed)) throw new Error(`WAVETANK_SEED: expected an integer, got ${process.env['WAVETANK_SEED']}`)
fc.configureGlobal({ seed })
