// Before the first paint: the reader's own choice of light or dark, and nothing in English for a moment when the page
// will speak another language (at most two seconds, should the scripts not come).
{
  const root = document.documentElement;
  let locale = new URLSearchParams(location.search).get('lang');
  try {
    const theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    locale ??= localStorage.getItem('locale');
  } catch {
    // Storage may be forbidden; the system's settings apply.
  }
  if (!/^en\b/.test(locale ?? navigator.language)) {
    root.dataset.pending = '';
    setTimeout(() => delete root.dataset.pending, 2000);
  }
}
