const { default: Sequencer } = require('@jest/test-sequencer')

/** The suites that run for half a minute and more, mostly because they start processes. */
const slow =
  /test\/(offline\/(faults|check-service|demo|ending|stack|edit-sync-config)|console\/console|simulation\/|cli\/(deploy|dead-letters|bin)|functions\/(corpora|privacy-day)|aws\/dead-letters|template|house\/added-source)/

/** Begins with the slow suites, so that none of them runs alone at the end. Jest by itself begins with the largest files. */
module.exports = class SlowestFirst extends Sequencer {
  sort(tests) {
    const [first, then] = [true, false].map((isSlow) =>
      tests.filter(({ path }) => slow.test(path) === isSlow),
    )
    return [...super.sort(first), ...super.sort(then)]
  }
}
