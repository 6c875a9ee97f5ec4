/** Whether a pod has come to its end, well or not: none of its containers will run again. Mirrors IsPodPhaseTerminal. */
export function hasEnded({ status: { phase } }: { readonly status: { readonly phase?: string } }): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}
