/** A cut connection whose create has been carried out: its answer is lost. */
const lostAnswer = { method: 'POST', path: '/customers$', effect: 'commit-then-reset' }
const unavailable = { effect: 'answer', status: 503, body: {} }

export type FaultPattern = { readonly what: string; readonly faults: readonly object[] }

/** The provider fails at the rates of shared comparisons: each seventh call with 503, each tenth create carried out, but its answer lost. */
export const faultPatterns: readonly FaultPattern[] = [
  { what: 'healthy', faults: [] },
  {
    what: 'fails at random',
    faults: [
      { ...lostAnswer, share: 0.1 },
      { ...unavailable, share: 1 / 7 },
    ],
  },
  {
    what: 'fails in a fixed order',
    faults: [
      { ...lostAnswer, every: 10 },
      { ...unavailable, every: 7 },
    ],
  },
]
