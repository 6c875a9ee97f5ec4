import { Command } from 'commander'
import { version } from '../../package.json'
import { diffCommand } from './diff.ts'
import { experimentCommand } from './experiment.ts'
import { inspectCommand } from './inspect.ts'
import { replayCommand } from './replay.ts'
import { runCommand } from './run.ts'
import { whyCommand } from './why.ts'

/** The command line as a whole; its errors are thrown as CommanderError, said already. */
export function createProgram(): Command {
  const program = new Command('wavetank')
    .description('A deterministic in-memory Kubernetes cluster: the same seed gives the same history.')
    .version(version)
    .showHelpAfterError('(wavetank --help says more)')
    .exitOverride()
  for (const command of [
    runCommand(),
    replayCommand(),
    inspectCommand(),
    whyCommand(),
    diffCommand(),
    experimentCommand(),
  ])
    program.addCommand(
      command.copyInheritedSettings(program).showHelpAfterError(`(wavetank ${command.name()} --help says more)`),
    )
  return program
}
