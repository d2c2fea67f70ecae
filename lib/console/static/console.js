/* What pages do beyond links and forms. Every action also works without it. */
;(() => {
  const go = {
    o: '/',
    a: '/activity',
    l: '/links',
    d: '/decisions',
    x: '/dead-letters',
    j: '/jobs',
    t: '/try-it',
  }
  let prefix = 0

  const isTyping = (target) =>
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

  addEventListener('keydown', (event) => {
    if (document.body.dataset.shortcuts !== 'on' || event.ctrlKey || event.metaKey || event.altKey) return
    if (isTyping(event.target)) {
      if (event.key === 'Escape') event.target.blur()
      return
    }
    const afterG = Date.now() - prefix < 1500
    prefix = 0
    if (afterG && go[event.key]) location.assign(go[event.key])
    else if (event.key === 'g') prefix = Date.now()
    else if (event.key === '/') document.getElementById('find')?.focus()
    else if (event.key === 'p') document.getElementById('pause')?.click()
    else if (event.key === '?') document.getElementById('help')?.togglePopover()
    else return
    event.preventDefault()
  })

  /* The stream of updates. */
  const live = () => document.getElementById('live')
  let missed = 0

  const show = (state, text) => {
    const element = live()
    if (!element) return
    element.dataset.state = state
    const dot = element.querySelector('.dot')
    dot.className = `dot ${{ live: 'good', lost: 'bad', paused: 'warn' }[state] ?? ''}`
    document.getElementById('live-text').textContent = text
  }
  const isPaused = () => live()?.dataset.state === 'paused'

  addEventListener('htmx:sse:after:connection', () => {
    if (!isPaused()) show('live', 'Live')
  })
  addEventListener('htmx:sse:error', () => {
    if (!isPaused()) show('lost', 'Connection lost. Trying again')
  })
  addEventListener('htmx:sse:close', (event) => {
    if (event.detail.reason !== 'removed' && !isPaused()) show('lost', 'Connection closed. Reload the page')
  })

  /* An update never moves what is being read: rows that arrive further down the page wait for a click. */
  const isReading = () => scrollY > 160 || !getSelection().isCollapsed
  addEventListener('htmx:sse:before:message', (event) => {
    if (isPaused()) return event.preventDefault()
    const rows = event.detail.message.data.match(/data-rows="(\d+)"/)
    if (!rows) return
    const waiting = document.getElementById('new-rows')
    if (!waiting || (missed === 0 && !isReading())) return
    event.preventDefault()
    missed += Number(rows[1])
    waiting.hidden = false
    waiting.querySelector('a').textContent = `${missed} new: show`
  })

  addEventListener('click', (event) => {
    if (event.target.closest?.('#pause')) {
      const button = event.target.closest('#pause')
      // What was missed meanwhile is on the page when it is loaded again.
      if (isPaused()) return location.reload()
      button.textContent = 'Resume'
      button.setAttribute('aria-pressed', 'true')
      show('paused', 'Paused')
    }
    const copy = event.target.closest?.('[data-copy]')
    if (copy)
      navigator.clipboard.writeText(copy.dataset.copy).then(
        () => {
          copy.textContent = 'Copied'
        },
        () => {},
      )
  })

  /* A choice in a list of filters takes effect at once. */
  addEventListener('change', (event) => {
    const form = event.target.closest?.('form[data-auto]')
    if (form && event.target.matches('select')) form.requestSubmit()
  })
})()
