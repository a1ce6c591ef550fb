// Before anything is painted: the colours, the language and its direction, as this browser has them.
// Written for every browser, as it is not built; src/shared/preferences.ts sets the same when they change.
;(function () {
  var root = document.documentElement
  var chosen = {}
  try {
    chosen = JSON.parse(localStorage.getItem('ringback.preferences') || '{}')
  } catch {
    // Nothing is kept here, or something else is.
  }
  var isDark = matchMedia('(prefers-color-scheme: dark)').matches
  root.dataset.theme = chosen.theme === 'dark' || (chosen.theme !== 'light' && isDark) ? 'dark' : 'light'
})()
