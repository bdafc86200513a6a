// Runs before the first paint, so that a dark page never flashes light. A file of its own, because the CSP forbids inline scripts.
(function () {
  var chosen = null
  try { chosen = localStorage.getItem('flowclaw.theme') } catch (_) { /* storage may be blocked: follow the system */ }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
