#!/usr/bin/env node
import { CommanderError } from 'commander'
import { failure, guardOutput } from './output.ts'
import { createProgram } from './program.ts'

/** Exit status of a command line that makes no sense. */
const usage = 2

guardOutput()
try {
  await createProgram().parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : usage
  else failure(error)
}
